history-title = Historia
history-of = Tylko to, co zmieniło workflow „{ $name }”.
history-all = Pokaż wszystko
history-none = Nic jeszcze nie zmieniono.
history-older = Starsze zmiany
history-back = Powrót do historii
history-revision = Rewizja { $number }
history-newest = To obecny stan konta
history-restore = Przywróć ten stan…
history-account-deleted = Konto usunięto wraz ze wszystkimi workflow.
history-added = dodano
history-changed = zmieniono
history-removed = usunięto
history-bring-back = Przywróć tę wersję
history-bring-back-before = Cofnij: przywróć poprzednią wersję
history-bring-back-deleted = Przywróć workflow
done-history-brought-back = Workflow przywrócono.
done-history-restored = Stan przywrócono. To, co zrobiono od tamtej pory, pozostaje w historii.
history-restore-title = Przywrócenie stanu z rewizji { $number }
history-restore-back = Powrót do rewizji
history-restore-what = Konto i wszystkie jego workflow staną się takie, jakie były wtedy. To, co zrobiono od tamtej pory, pozostaje w historii, więc i to można cofnąć.
history-restore-created = { $count ->
    [one] Wróci { $count } workflow usunięty od tamtej pory.
    [few] Wrócą { $count } workflow usunięte od tamtej pory.
    [many] Wróci { $count } workflow usuniętych od tamtej pory.
   *[other] Wróci { $count } workflow usuniętych od tamtej pory.
}
history-restore-updated = { $count ->
    [one] { $count } workflow odzyska wersję z tamtej pory.
    [few] { $count } workflow odzyskają wersje z tamtej pory.
    [many] { $count } workflow odzyska wersje z tamtej pory.
   *[other] { $count } workflow odzyska wersje z tamtej pory.
}
history-restore-deleted = { $count ->
    [one] { $count } workflow dodany od tamtej pory zostanie usunięty.
    [few] { $count } workflow dodane od tamtej pory zostaną usunięte.
    [many] { $count } workflow dodanych od tamtej pory zostanie usuniętych.
   *[other] { $count } workflow dodanych od tamtej pory zostanie usuniętych.
}
history-restore-unchanged = { $count ->
    [one] { $count } workflow pozostanie bez zmian.
    [few] { $count } workflow pozostaną bez zmian.
    [many] { $count } workflow pozostanie bez zmian.
   *[other] { $count } workflow pozostanie bez zmian.
}
history-restore-do = Przywróć ten stan
history-findings = { $count ->
    [one] { $count } uwaga o workflow
    [few] { $count } uwagi o workflow
    [many] { $count } uwag o workflow
   *[other] { $count } uwagi o workflow
}
history-name = Nazwa
history-description = Opis
history-on = Włączony
history-off = Wyłączony
history-shadow = Tylko obserwuje: pasuje i nic nie robi
history-stop = Dalsze workflow są pomijane, gdy ten pasuje
history-position = Miejsce w kolejności
history-when-all = Gdy spełnione jest to wszystko:
history-when-any = I gdy spełnione jest choć jedno z tych:
history-then = Wtedy:
history-example = Przykład
history-whole-word = tylko całe wyrazy
history-case = wielkość liter ma znaczenie
history-accents = znaki diakrytyczne mają znaczenie
history-small-change = Zmieniło się coś, czego te wiersze nie pokazują, na przykład przykład lub format tekstu.

compare-named = { $name }: { $text }
compare-before = Przedtem:
compare-after = Potem:
compare-stated = Lista jest ustalona: workflow są z nią sprawdzane.
compare-freed = Lista jest dowolna: workflow nie są z nią sprawdzane.

operation-CreateAccount = Dodano konto
operation-UpdateAccount = Zmieniono katalog lub ustawienia
operation-DeleteAccount = Usunięto konto
operation-CreateWorkflow = Dodano workflow
operation-UpdateWorkflow = Zmieniono workflow
operation-DeleteWorkflow = Usunięto workflow
operation-EnableWorkflow = Włączono workflow
operation-DisableWorkflow = Wyłączono workflow
operation-ReorderWorkflows = Zmieniono kolejność
operation-ImportWorkflows = Zaimportowano workflow
operation-RollbackWorkflows = Przywrócono wcześniejszy stan
operation-CreateDemo = Utworzono demonstrację
history-by-unknown = autor nieznany
