trying-title = Wypróbuj
trying-intro = Opisz, co stało się ze zgłoszeniem, i zobacz, które workflow pasują i dlaczego. Nic nie jest wysyłane, liczone ani zapisywane.
trying-samples = Zacznij od przykładu:
trying-pick-decision = Jedna z ostatnich decyzji
trying-draft = Workflow „{ $name }” jest sprawdzany w obecnej, niezapisanej postaci.
trying-draft-wrong = Sprawdzanego workflow nie można zapisać w tej postaci:
trying-draft-leave = Sprawdź zamiast tego to, co zapisane
trying-paste = Wklej zmianę
trying-paste-label = EvaluateRequest w formacie JSON lub wiersz dziennika decyzji
trying-paste-go = Wypełnij i sprawdź
trying-paste-empty = Najpierw wklej zmianę.
trying-paste-syntax = To nie jest JSON: przestaje mieć sens w wierszu { $line }, kolumnie { $column }.
trying-paste-form = To jest JSON, ale nie zmiana zgłoszenia:
trying-masked = Te teksty zamaskowano przy zapisie, więc warunki, które ich dotyczą, oceniają maskę: { $fields }.
trying-baseline = Wklejony tekst mówi, co było przed zmianą: warunki dotyczące zgłoszenia pasują tylko wtedy, gdy zaczynają być spełnione. To zostaje zachowane.
trying-cause = Wklejona zmiana została spowodowana przez workflow { $ids }; ich działania nie są wykonywane ponownie. To zostaje zachowane.

trying-what = Co się stało
fact-message = Nadeszła wiadomość
fact-created = Powstało zgłoszenie
fact-tags = Przypisano tagi
fact-status = Ustawiono status
fact-return = Utworzono zwrot
fact-updated = Zmieniło się coś innego
fact-timer = Tylko upłynął czas
author-customer = od klienta
author-other = od kogoś innego
trying-text = Treść
trying-first = pierwsza wiadomość klienta w zgłoszeniu
trying-auto = napisana przez automat (nieobecność, zwrot poczty)
trying-tags-assigned = Przypisane teraz
trying-status-set = Nowy status
trying-ticket = Zgłoszenie po zmianie
trying-subject = Temat
trying-customer-name = Imię i nazwisko klienta
trying-customer-email = E-mail klienta
trying-agent = Przypisany pracownik
trying-tags = Wszystkie tagi zgłoszenia
trying-one-a-line = Po jednym w wierszu.
trying-times = Kiedy
trying-now = Teraz
trying-created-at = Utworzenie zgłoszenia
trying-last-reply-at = Ostatnia odpowiedź klienta
trying-now-help = W strefie czasowej konta. Jeśli pole „teraz” jest puste, jest to chwila obecna.
trying-more = Więcej o zgłoszeniu
trying-ticket-id = Numer zgłoszenia
trying-url = Adres zgłoszenia
trying-orders-field = Powiązane zamówienia, po jednym w wierszu
trying-chaining = Pokaż też, co działania wywołałyby dalej
trying-go = Wypróbuj
trying-problem-no-fact = Zaznacz, co się stało: co najmniej jedno pole.
trying-problem-timer-alone = „Tylko upłynął czas” stoi osobno: nic innego się wtedy nie stało.
trying-problem-no-tag = Wybierz co najmniej jeden tag.
trying-problem-no-status = Wybierz status.
trying-problem-instant = To nie jest data z godziną.

trying-answer-title = Odpowiedź
trying-nothing-yet = Pojawi się tutaj, gdy tylko coś zostanie wypełnione.
trying-incomplete = Czegoś brakuje lub coś jest nie tak: zobacz obok pól.
trying-count = { $count ->
    [0] Żaden workflow nie pasuje
    [one] Pasuje { $count } workflow
    [few] Pasują { $count } workflow
   *[other] Pasuje { $count } workflow
}
trying-at = Oceniono:
trying-revision = Rewizja { $revision }.
trying-shadow-title = W trybie próbnym pasowałyby także
trying-round = Wywołane dalej, runda { $number }
trying-chain-loop = Tu przerwano pętlę: pasowałyby ponownie workflow, które już pasowały.
trying-chain-rounds = Po dziesięciu rundach działania wciąż zmieniają zgłoszenie; dalej nie sprawdzano.
trying-next-due = Jeśli nic więcej się nie stanie, jakiś workflow zacznie pasować:
trying-others-title = Co nie pasuje, od najbliższych
trying-left-out = { $count ->
    [one] Nie pokazano jeszcze { $count } workflow, dalszego od dopasowania.
   *[other] Nie pokazano jeszcze { $count } workflow, dalszych od dopasowania.
}
trying-why = Dlaczego pasuje
trying-open = Otwórz ten workflow
trying-any = i co najmniej jeden z tych:
trying-held = Spełniony:
trying-failed = Niespełniony:
trying-seen = Jest:
trying-short = Brakuje: { $span },
trying-not-yet = Jeszcze nie przez { $span },
trying-short-until = do
trying-bar-timeless = Warunki są spełnione, ale żaden nie zależy od czasu, a upłynął tylko czas.
trying-bar-held-before = Warunki są spełnione, ale były spełnione już przed zmianą.
trying-matches = pasuje
trying-passed-over = pominięty
trying-disabled = wyłączony
trying-no-match = nie pasuje
trying-failed-count = { $count ->
    [one] brakuje { $count } warunku
   *[other] brakuje { $count } warunków
}
trying-stopped-by = Pasowałby, ale wcześniej pasuje „{ $name }” i kończy przetwarzanie.
trying-ready = zostałoby wykonane
trying-not-ready = nie zostałoby wykonane
trying-email-to = Wyślij e-mail do { $to }
trying-orders = Zamówienia: { $orders }
trying-missing = Brak wartości: { $names }
not-ready-superseded = Późniejsze działanie ustawia to samo.
not-ready-no-linked-order = Zgłoszenie nie ma powiązanego zamówienia.
not-ready-auto-submitted = Odpowiadałoby na wiadomość napisaną przez automat.
not-ready-caused-by-itself = Ten workflow sam doprowadził do zmiany.
not-ready-shadow = Workflow jest w trybie próbnym.

seen-none = nic
seen-unknown = nie wiadomo
seen-no-message = nie nadeszła wiadomość
seen-message = nadeszła wiadomość
seen-message-empty = wiadomość nie ma treści
seen-no-tag = nie przypisano tagu
seen-no-status = nie ustawiono statusu
seen-no-ticket = nie powstało zgłoszenie
seen-ticket-by-agent = utworzone przez pracownika
seen-ticket-by-message = utworzone przez wiadomość klienta
seen-no-action = klient nic nie zrobił
seen-ago = { $span } temu
seen-ahead = za { $span }
seen-no-agent = nie przypisano pracownika
seen-no-hours = { $agent } nie ma godzin pracy

sample-parcel = „Where is my parcel?”
sample-message = Wiadomość
sample-created = Nowe zgłoszenie
sample-tags = Tag
sample-status = Status
sample-return = Zwrot
sample-updated = Aktualizacja
sample-timer = Upływ czasu
sample-subject = Zamówienie 48213, gdzie jest moja paczka?
sample-text = Dzień dobry! Gdzie jest moja paczka? Jeśli zaginęła, proszę o zwrot pieniędzy.

decisions-title = Ostatnie decyzje
decisions-back = Powrót do próby
decisions-no-log = Ta usługa nie prowadzi dziennika decyzji. Prowadzi go, jeśli zostanie uruchomiona tak:
decisions-none = Dla tego konta nic jeszcze nie rozstrzygnięto.
decisions-ticket = Zgłoszenie { $id }
decisions-matches = { $count ->
    [0] Nie pasował żaden workflow
    [one] Pasował { $count } workflow
    [few] Pasowały { $count } workflow
   *[other] Pasowało { $count } workflow
}
decisions-try = Wypróbuj ponownie
