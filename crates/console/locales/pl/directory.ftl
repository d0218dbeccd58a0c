directory-list-agents = Pracownicy
directory-list-inboxes = Skrzynki
directory-list-inbox_groups = Grupy skrzynek
directory-list-sources = Źródła
directory-list-integrations = Integracje
directory-list-statuses = Statusy
directory-list-tags = Tagi
directory-list-ticket_types = Typy zgłoszeń
directory-list-contexts = Konteksty
directory-list-allegro_accounts = Konta Allegro
directory-list-order_statuses = Statusy zamówień
directory-tab-lists = Listy
directory-tab-settings = Ustawienia
directory-read-only = Te strony zmienia tylko administrator. Twój klucz lub token pozwala je czytać.
directory-search = Szukaj identyfikatora lub nazwy
directory-search-do = Szukaj
directory-count = { $found ->
    [one] { $found } pozycja
    [few] { $found } pozycje
    [many] { $found } pozycji
   *[other] { $found } pozycji
} z { $all }
directory-pages = Strony
directory-page = Strona { $page } z { $pages }
directory-page-before = Poprzednia strona
directory-add-agent = Dodaj pracownika
directory-add-inbox = Dodaj skrzynkę
directory-add-term = Dodaj pozycję
directory-agents-none = Nie ma jeszcze pracowników. Dopóki nie ma żadnego, workflow mogą przypisywać zgłoszenia do dowolnego identyfikatora.
directory-inboxes-none = Nie ma jeszcze skrzynek. Dopóki nie ma żadnej, workflow mogą używać dowolnego identyfikatora.
directory-save = Zapisz
directory-cancel = Anuluj
directory-delete = Usuń…
directory-delete-sure = Usunąć tę pozycję?
directory-delete-yes = Tak, usuń
directory-go-on = Dalej
directory-outdated = Ktoś inny zmienił konto w międzyczasie, więc nic nie zapisano. To, co wpisano, nadal tu jest. Zobacz, co się zmieniło, i zapisz ponownie, jeśli ma obowiązywać Twoja wersja.
directory-wrong = Nic nie zapisano: poniżej coś jest nieprawidłowe. To, co wpisano, nadal tu jest.
directory-warnings = { $count ->
    [one] Jedno miejsce używa identyfikatora, którego nie ma w katalogu:
    [few] { $count } miejsca używają identyfikatora, którego nie ma w katalogu:
    [many] { $count } miejsc używa identyfikatora, którego nie ma w katalogu:
   *[other] { $count } miejsca używa identyfikatora, którego nie ma w katalogu:
}
more = { $count ->
    [one] … i jeszcze { $count }
   *[other] … i jeszcze { $count }
}
done-directory-saved = Zapisano.

agent-id = Identyfikator
agent-id-help = Ten, którego używa helpdesk. Odwołują się do niego workflow.
agent-first-name = Imię
agent-last-name = Nazwisko
agent-email = E-mail

hours-title = Godziny pracy
hours-help = Od kiedy do kiedy, każdego dnia, na przykład 09:00 – 17:30. Godziny, które kończą się przed początkiem, przechodzą przez północ. Puste pola oznaczają osobę bez godzin pracy.
hours-zone = Strefa czasowa tych godzin
hours-zone-help = Puste pole oznacza strefę konta: { $zone }.
hours-grid = Godziny pracy w tygodniu
hours-grid-help = Naciśnij i przeciągnij, aby zaznaczyć godziny, albo przechodź strzałkami i naciskaj spację. Strzałka z klawiszem Shift zaznacza po drodze.
hours-grid-on = w pracy
hours-grid-part = częściowo w pracy
hours-from = od
hours-to = do
hours-span-add = Więcej godzin: { $name }
hours-wrong-span = Podaj początek i koniec, na przykład 09:00 i 17:00.
hours-copy = Kopiowanie dnia
hours-copy-from = Z
hours-copy-to = do
hours-copy-do = Kopiuj
hours-exceptions = Wyjątki
hours-exceptions-help = Daty z innymi godzinami niż zwykle. Bez godzin jest to dzień wolny.
hours-exception-add = Dodaj datę
hours-exception-new = Nowa data
hours-exception-date = Data
hours-exception-drop = Usuń: { $name }
hours-drop = Usuń
hours-off = wolne
hours-misread-spans = Brakuje godzin albo nie mają one postaci 09:00-12:00, 13:00-17:00.
hours-misread-part = To ani dni z godzinami (mon-fri 09:00-17:00), ani data z godzinami lub słowem „off” (2026-12-24 off), ani strefa czasowa.

inbox-id = Identyfikator
inbox-id-help = Ten, którego używa helpdesk. Odwołują się do niego workflow.
inbox-name = Nazwa
inbox-groups = Grupy
inbox-groups-more = Inne grupy
inbox-groups-help = Identyfikatory grup oddzielone przecinkami.

term-id = Identyfikator
term-id-help = Dokładnie ten, którego używa helpdesk. Odwołują się do niego workflow.
term-name = Nazwa

list-stated = Ustalona
list-stated-means = Workflow są sprawdzane z tą listą: identyfikator, którego na niej nie ma, zostaje wskazany.
list-free = Dowolna
list-free-means = Ta lista nie jest ustalona: workflow mogą używać dowolnych identyfikatorów i żaden nie zostaje wskazany.
list-state-do = Ustal tę listę
list-free-do = Zostaw dowolną…
list-free-sure = { $count ->
    [0] Workflow nie będą już z nią sprawdzane.
    [one] Jej pozycja zostanie usunięta, a workflow nie będą już z nią sprawdzane.
    [few] Jej { $count } pozycje zostaną usunięte, a workflow nie będą już z nią sprawdzane.
    [many] Jej { $count } pozycji zostanie usuniętych, a workflow nie będą już z nią sprawdzane.
   *[other] Jej { $count } pozycji zostanie usunięte, a workflow nie będą już z nią sprawdzane.
}
list-free-yes = Tak, zostaw dowolną

settings-name = Nazwa konta
settings-zone = Strefa czasowa
settings-zone-help = W niej odczytywane są dni i godziny wszystkich workflow. Wpisz miasto, aby ją znaleźć.
settings-locale = Język i kraj
settings-locale-help = Zapis dat w wiadomościach. Wybierz albo wpisz inny, na przykład ja-JP.
settings-sample = Teraz, w zapisie z wiadomości:
locale-bg-BG = bułgarski (Bułgaria)
locale-cs-CZ = czeski (Czechy)
locale-da-DK = duński (Dania)
locale-de-AT = niemiecki (Austria)
locale-de-CH = niemiecki (Szwajcaria)
locale-de-DE = niemiecki (Niemcy)
locale-el-GR = grecki (Grecja)
locale-en-GB = angielski (Wielka Brytania)
locale-en-IE = angielski (Irlandia)
locale-en-US = angielski (Stany Zjednoczone)
locale-es-ES = hiszpański (Hiszpania)
locale-et-EE = estoński (Estonia)
locale-fi-FI = fiński (Finlandia)
locale-fr-BE = francuski (Belgia)
locale-fr-CA = francuski (Kanada)
locale-fr-CH = francuski (Szwajcaria)
locale-fr-FR = francuski (Francja)
locale-hr-HR = chorwacki (Chorwacja)
locale-hu-HU = węgierski (Węgry)
locale-it-IT = włoski (Włochy)
locale-lt-LT = litewski (Litwa)
locale-lv-LV = łotewski (Łotwa)
locale-nb-NO = norweski (Norwegia)
locale-nl-BE = niderlandzki (Belgia)
locale-nl-NL = niderlandzki (Holandia)
locale-pl-PL = polski (Polska)
locale-pt-PT = portugalski (Portugalia)
locale-ro-RO = rumuński (Rumunia)
locale-sv-SE = szwedzki (Szwecja)
locale-uk-UA = ukraiński (Ukraina)

directory-tab-transfer = Import i eksport
done-directory-imported = Zaimportowano.
import-title = Import
import-list = Co jest importowane
import-whole = Cały katalog
import-mode = Co stanie się z innymi pozycjami
import-merge = Dodaj i zmień pozycje; inne pozostaną
import-replace = Zastąp: to, czego nie ma w pliku, zostanie usunięte
import-text = Tabela lub JSON
import-help = Wklej tabelę (CSV z przecinkami, średnikami lub tabulatorami), której pierwszy wiersz nazywa kolumny, albo JSON. Cały katalog to JSON taki jak w eksporcie poniżej.
import-help-hours = Godziny pracy:
import-look = Pokaż, co by się zmieniło
import-file = Wybierz plik…
import-unreadable = Ten plik nie jest tekstem w UTF-8. Zapisz go jako „CSV UTF-8” i wybierz ponownie.
import-changes = Co by się zmieniło
import-nothing = Nic by się nie zmieniło: wszystko już jest.
import-added = { $count ->
    [one] { $count } dodana
    [few] { $count } dodane
    [many] { $count } dodanych
   *[other] { $count } dodanej
}
import-changed = { $count ->
    [one] { $count } zmieniona
    [few] { $count } zmienione
    [many] { $count } zmienionych
   *[other] { $count } zmienionej
}
import-removed = { $count ->
    [one] { $count } usunięta
    [few] { $count } usunięte
    [many] { $count } usuniętych
   *[other] { $count } usuniętej
}
import-store = Zapisz
import-misread = Tego nie da się odczytać, więc nic nie zapisano. Poniżej podano, co jest nieprawidłowe.
import-refused = Usługa to odrzuciła, więc nic nie zapisano. Poniżej podano, co jest nieprawidłowe.
import-mistakes = { $count ->
    [one] { $count } błąd
    [few] { $count } błędy
    [many] { $count } błędów
   *[other] { $count } błędu
}
import-place = Wiersz { $line }, kolumna { $column }:
import-line = Wiersz { $line }:
import-misread-json = To nie jest JSON albo nie JSON tej listy.
import-misread-line = Tego wiersza nie da się odczytać.
import-misread-empty = Nic tu nie ma. Pierwszy wiersz musi nazywać kolumny.
import-misread-head = Pierwszy wiersz musi nazywać kolumny, a wśród nich „id”.
import-misread-column = Nie ma takiej kolumny.
import-misread-column-twice = Ta kolumna występuje dwa razy.
import-misread-id = Brakuje identyfikatora.
import-misread-twice = Ten identyfikator występuje już w jednym z wcześniejszych wierszy.
import-misread-more = Wiersz ma więcej wartości niż jest kolumn.
export-title = Eksport

settings-delete = Usuń to konto…
settings-delete-what = Konto i wszystkie jego workflow zostaną usunięte i nie będą już o niczym decydować. Aby potwierdzić, wpisz jego identyfikator: { $id }
settings-delete-id = Identyfikator konta
settings-delete-other = To nie jest identyfikator konta, więc nic nie usunięto.
settings-delete-do = Usuń konto
