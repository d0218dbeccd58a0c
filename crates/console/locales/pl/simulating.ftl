simulating-title = Symulacja
simulating-intro = Zobacz, co zmiana w workflow zrobiłaby z tym, co już się wydarzyło. Nic nie jest wysyłane ani zapisywane.
simulating-shadows = Wyniki trybu próbnego
simulating-search = Znajdź workflow po nazwie
simulating-search-go = Znajdź
simulating-what = Co symulować
simulating-workflow = Workflow lub szablon
simulating-own = Workflow tego konta
simulating-templates = Szablony
simulating-as = Czym ma być
simulating-unsaved = Workflow „{ $name }” w obecnej, niezapisanej postaci.
as-is = bez zmian
as-live = włączony
as-shadow = w trybie próbnym
as-off = wyłączony
is-live = włączony
is-shadow = próbny
is-off = wyłączony
simulating-changes = Na jakich zmianach
simulating-log = Ostatnie decyzje tej usługi
simulating-last = Ile
simulating-file-choice = Plik
simulating-file = Plik z zapisanymi zmianami
simulating-file-help = Wiersze dziennika decyzji lub EvaluateRequest w formacie JSON, po jednym w wierszu; do 64 MiB.
simulating-go = Symuluj
simulating-busy = Trwa symulacja…
simulating-live = Obecnie
simulating-draft = W symulacji
simulating-numbers = Liczby
simulating-no-draft = Wybierz workflow lub szablon.
simulating-no-file = Wybierz plik z zapisanymi zmianami.
simulating-no-log = Ta usługa nie prowadzi dziennika decyzji. Prowadzi go, jeśli zostanie uruchomiona z „--decision-log decisions.jsonl”; można też wybrać plik.
simulating-log-empty = W dzienniku nie ma jeszcze decyzji tego konta.

found-title = Co zrobiłby „{ $name }”
found-changes = { $count ->
    [one] { $count } zmiana
    [few] { $count } zmiany
   *[other] { $count } zmian
}
found-differing = { $count ->
    [0] Żadna nie zostałaby rozstrzygnięta inaczej.
    [one] { $count } zostałaby rozstrzygnięta inaczej.
    [few] { $count } zostałyby rozstrzygnięte inaczej.
   *[other] { $count } zostałoby rozstrzygniętych inaczej.
}
found-masked = { $count ->
    [one] W { $count } wierszu zamaskowano teksty przy zapisie, więc warunki, które ich dotyczą, oceniają maskę: { $fields }.
   *[other] W { $count } wierszach zamaskowano teksty przy zapisie, więc warunki, które ich dotyczą, oceniają maskę: { $fields }.
}
found-of-others = { $count ->
    [one] { $count } wiersz dotyczy innego konta i został pominięty.
    [few] { $count } wiersze dotyczą innych kont i zostały pominięte.
   *[other] { $count } wierszy dotyczy innych kont i zostało pominiętych.
}
found-nothing = Nie można było ocenić żadnej zmiany.
found-live = Dopasowania obecne
found-draft = Dopasowania w symulacji
found-gained = Zyskane
found-lost = Utracone
found-acts = Inne działania
found-others = Inne workflow, które to zmienia
found-workflow = Workflow
found-more = i jeszcze { $count }
found-refused = { $count ->
    [one] { $count } wiersza nie można było ocenić
   *[other] { $count } wierszy nie można było ocenić
}
found-unreadable = To nie jest zmiana zgłoszenia w formacie JSON:
found-line = Wiersz { $line }:
plot-days = Dopasowania według dni
plot-day = Dzień
plot-actions = Działania, które zostałyby wykonane, wszystkich workflow
plot-action = Działanie
samples-gained = Niektóre zmiany, które pasowałyby dodatkowo
samples-lost = Niektóre zmiany, które przestałyby pasować
samples-changed = Niektóre zmiany z innymi działaniami
sample-ticket = Zgłoszenie { $id } (wiersz { $line })
sample-live = Obecnie:
sample-draft = W symulacji:
save-live = Włącz
save-shadow = Zapisz w trybie próbnym
save-off = Wyłącz
done-simulated-live = Zapisano i włączono.
done-simulated-shadow = Zapisano w trybie próbnym.
done-simulated-off = Zapisano i wyłączono.

shadows-title = Wyniki trybu próbnego
shadows-back = Powrót do symulacji
shadows-intro = Workflow w trybie próbnym są oceniane i liczone, ale nic nie robią.
shadows-since = Liczone od
shadows-none = Żaden z tych workflow nie jest w trybie próbnym.
shadows-count = { $shadow ->
    [one] Pasował { $shadow } raz w trybie próbnym, { $live } na żywo
   *[other] Pasował { $shadow } razy w trybie próbnym, { $live } na żywo
}
shadows-simulate = Symuluj
shadows-live = Włącz na żywo
