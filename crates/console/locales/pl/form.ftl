form-title-new = Nowy workflow
form-title-edit = Edycja workflow
form-to-list = Wszystkie workflow
form-general = Nazwa i stan
form-name = Nazwa
form-description = Opis
form-enabled = Włączony
form-mode = Tryb
form-live = Na żywo
form-shadow = Próbny
form-mode-help = W trybie próbnym workflow jest sprawdzany i liczony, ale jego akcje nie są wykonywane.
form-stop = Gdy pasuje, pomiń następne workflow
form-when = Kiedy
form-all = Wszystkie te warunki
form-all-help = Każdy z nich musi być spełniony.
form-any = Co najmniej jeden z tych warunków
form-any-help = Jeśli są tu jakieś, jeden z nich też musi być spełniony.
form-then = Wtedy
form-then-help = Akcje są wykonywane w tej kolejności.
form-add-condition = Dodaj warunek
form-add-action = Dodaj akcję
form-condition = Warunek
form-action = Akcja
form-choose = Wybierz…
form-remove-condition = Usuń ten warunek
form-remove-action = Usuń tę akcję
form-remove-value = Usuń tę wartość
form-up = Przesuń w górę
form-down = Przesuń w dół
form-is-or-not = Jest lub nie jest
form-is = jest
form-is-not = nie jest
form-new-value = Dodaj wartość
form-new-address = Dodaj adres lub @domenę
form-new-phrase = Dodaj frazę
form-or-another = lub inna
form-phrase-mode = Miejsce frazy
form-whole-word = Całe słowa
form-case-sensitive = Uwzględniaj wielkość liter
form-accent-sensitive = Uwzględniaj znaki diakrytyczne
form-from = od
form-to = do
form-side = Więcej lub mniej
form-more-than = ponad
form-less-than = mniej niż
form-number = Liczba
form-unit = Jednostka
form-unit-seconds = sekund
form-unit-minutes = minut
form-unit-hours = godzin
form-unit-days = dni
form-presence = W trakcie lub poza
form-inside = w godzinach pracy:
form-outside = poza godzinami pracy:
form-agent = Pracownik
form-assigned-agent = przypisany pracownik
form-message = Treść
form-instructions = Instrukcje dla AI
form-email-to = Do
form-email-subject = Temat
form-format = Format
form-plain = Zwykły tekst
form-html = HTML
form-language = Język tłumaczenia
form-unknown = nieznane
form-unknown-id = { $id } (nieznane)
form-remove-chip = Usuń „{ $value }”
form-variables = Zmienne i podgląd
form-variables-of = Zmienne i podgląd: { $field }
form-variables-what = Zmienna jest zastępowana swoją wartością przy wysyłaniu tekstu. Naciśnij zmienną, aby wstawić ją w miejscu kursora.
form-fallback = Gdy nie ma wartości, wpisz
form-fallback-example = klient
form-fallback-help = Pozostaw puste, aby nic nie wpisywać.
form-example = na przykład { $value }
form-preview = Z przykładowym zgłoszeniem tekst brzmi
form-close = Zamknij
form-add = Dodaj
form-update = Aktualizuj
form-try = Najpierw wypróbuj
form-simulate = Najpierw symuluj
form-cancel = Anuluj
form-examples = { $count ->
    [one] Ma { $count } przykład, sprawdzany przy każdym zapisie.
    [few] Ma { $count } przykłady, sprawdzane przy każdym zapisie.
   *[many] Ma { $count } przykładów, sprawdzanych przy każdym zapisie.
}
form-summary = Co trzeba wiedzieć
form-errors = { $count ->
    [one] Jedna rzecz wymaga poprawy
    [few] { $count } rzeczy wymagają poprawy
   *[many] { $count } rzeczy wymaga poprawy
}
form-warnings = { $count ->
    [one] Jedna rzecz jest warta uwagi
    [few] { $count } rzeczy są warte uwagi
   *[many] { $count } rzeczy jest wartych uwagi
}
form-error = Błąd:
form-warning = Warto wiedzieć:
form-conflict = Ktoś inny zmienił w międzyczasie ten workflow
form-conflict-what = Nic nie zostało zapisane, a wpisana treść jest nadal tutaj. Tamta wersja została zapisana:
form-see-theirs = Zobacz tamtą wersję
form-save-over = Zapisz moją zamiast niej
form-restore-what = Jest tu niezapisana treść:
form-restore = Przywróć
form-discard = Odrzuć
form-unsaved = Nic nie zostało zapisane. Wpisana treść jest nadal tutaj: można spróbować ponownie, a w razie potrzeby zalogować się w innej karcie.
form-copy-of = { $name } (kopia)
done-created = Workflow został utworzony.
done-updated = Workflow został zapisany.
templates-title = Szablony
templates-what = Gotowe workflow na początek. Nazwy w nich to przykłady: zastąp je własnymi.
templates-use = Użyj bez zmian
templates-change = Najpierw zmień

# Czego nie można wysłać do usługi.
diagnostic-number-malformed = „{ $value }” nie jest liczbą
    .help = Wpisz liczbę, na przykład 24.
diagnostic-number-missing = Brakuje liczby
    .help = Wpisz liczbę, na przykład 24.
diagnostic-time-malformed = Brakuje godziny
    .help = Wpisz godzinę, na przykład 09:30.

tongue-bg = bułgarski
tongue-cs = czeski
tongue-da = duński
tongue-de = niemiecki
tongue-el = grecki
tongue-en = angielski
tongue-es = hiszpański
tongue-et = estoński
tongue-fi = fiński
tongue-fr = francuski
tongue-hr = chorwacki
tongue-hu = węgierski
tongue-it = włoski
tongue-lt = litewski
tongue-lv = łotewski
tongue-nb = norweski
tongue-nl = niderlandzki
tongue-pl = polski
tongue-pt = portugalski
tongue-ro = rumuński
tongue-sk = słowacki
tongue-sl = słoweński
tongue-sv = szwedzki
tongue-tr = turecki
tongue-uk = ukraiński
tongue-zh = chiński
