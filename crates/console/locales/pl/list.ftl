list-title = Workflow
list-add = Dodaj workflow
list-search = Szukaj po nazwie, opisie lub identyfikatorze
list-state = Stan
list-state-all = Wszystkie
list-state-active = Aktywne
list-state-inactive = Nieaktywne
list-find = Szukaj
list-pages = Strony
list-count = { $count ->
    [0] Brak workflow
   *[other] { $count } workflow
}
list-found = { $count ->
    [0] Nie znaleziono takiego workflow
   *[other] Znaleziono: { $count } workflow
}
list-empty = Nie ma jeszcze żadnego workflow. Workflow decydują o tym, co dzieje się ze zgłoszeniem, gdy się zmienia lub gdy mija czas.
list-empty-templates = Zacznij od szablonu
list-active = Aktywny:
list-yes = Tak
list-no = Nie
list-enable = Włącz
list-disable = Wyłącz
list-shadow = Próbny
list-shadow-help = Jest oceniany i liczony, ale jego akcje nie są wykonywane
list-stop = Zatrzymuje
list-stop-help = Gdy pasuje, kolejne workflow są pomijane
list-matched = { $count ->
    [0] Brak dopasowań od uruchomienia usługi
    [one] { $count } dopasowanie
    [few] { $count } dopasowania
   *[other] { $count } dopasowań
}
list-matched-shadow = { $count ->
    [0] Brak dopasowań próbnych od uruchomienia usługi
    [one] { $count } dopasowanie próbne
    [few] { $count } dopasowania próbne
   *[other] { $count } dopasowań próbnych
}
list-last-match = ostatnio
list-handle = Przenieś „{ $name }”
list-handle-help = Przeciągnij lub użyj klawiszy strzałek
list-moved-to = Miejsce { $place } z { $count }
list-menu = Akcje dla „{ $name }”
list-edit = Edytuj
list-duplicate = Duplikuj
list-move-up = W górę
list-move-down = W dół
list-move-top = Na początek
list-move-bottom = Na koniec
list-history = Historia
list-delete = Usuń
list-delete-title = Usunąć „{ $name }”?
list-delete-what = Przestanie działać od razu. Pozostanie w historii, z której można go przywrócić.
list-delete-not = Zachowaj
sentence-if = Jeśli
sentence-and = i
sentence-and-either = i albo
sentence-or = lub
done-enabled = Workflow jest włączony.
done-disabled = Workflow jest wyłączony.
done-deleted = Workflow jest usunięty. Można go przywrócić z historii.
done-moved = Workflow ma nowe miejsce.
