watch-title = Podgląd
watch-span = Pokazywany okres
watch-span-hours = Ostatnie 2 godziny
watch-span-day = Ostatnie 24 godziny
watch-span-week = Ostatnie 7 dni
watch-running = Odświeża się samo
watch-paused = Wstrzymane
watch-lost = Usługa nie odpowiada; kolejna próba co kilka sekund
watch-pause = Wstrzymaj

# W czasie.
watch-over-time = W czasie
watch-decisions-and-matches = Decyzje i dopasowania
watch-decisions = Decyzje
watch-matches = Dopasowania
watch-shadow-matches = Dopasowania próbne
watch-latency = Jak długo trwa decyzja
watch-latency-half = Połowa w ciągu
watch-latency-ninety = 9 na 10 w ciągu
watch-latency-most = 99 na 100 w ciągu
watch-latency-all = Czas decyzji: połowa / 99% / 99,9% w ciągu
watch-counted-since = Liczone przez usługę, która odpowiada, od:
watch-up-to = do { $value }
watch-numbers = Pokaż liczby
watch-from = Od
watch-matched = Dopasowane workflow
watch-matched-none = W tym czasie nie dopasowano żadnego workflow.
watch-workflow = Workflow
watch-course = W czasie
watch-last = Ostatnie dopasowanie
watch-more = i jeszcze { $count } workflow

# Co jest na próbę.
watch-shadow = Próbne
watch-shadow-help = Workflow próbny jest oceniany i liczony, ale jego akcje nie są wykonywane. Obok widać dopasowania tego samego workflow, gdy nie był próbny.
watch-shadow-none = W tym czasie nie dopasowano żadnego próbnego workflow.
watch-now = Teraz
watch-is-shadow = próbny
watch-is-live = zwykły

# Usługa.
watch-service = Usługa
watch-well = Wszystko w porządku: decyduje to, co zapisano.
watch-loading = Usługa wczytuje jeszcze konta.
watch-draining = Usługa się zatrzymuje.
watch-store-lost = Baza jest nieosiągalna. Nadal decyduje to, co zapisano wcześniej; niczego nie można zapisać.
watch-store-read-only = Baza nie przyjmuje zapisów. Nadal decyduje to, co zapisano wcześniej; niczego nie można zapisać.
watch-store-stale = Bazy nie odczytano od dłuższej chwili: może brakować tego, co inni zapisali w tym czasie.
watch-broken = { $count ->
    [one] { $count } konto działa tak jak przed ostatnią zmianą, której ta wersja nie potrafi odczytać.
    [few] { $count } konta działają tak jak przed ostatnią zmianą, której ta wersja nie potrafi odczytać.
    [many] { $count } kont działa tak jak przed ostatnią zmianą, której ta wersja nie potrafi odczytać.
   *[other] { $count } konta działa tak jak przed ostatnią zmianą, której ta wersja nie potrafi odczytać.
}
watch-revision = Wersja tego konta
watch-started = Uruchomiona
watch-made = Decyzje od tego czasu
watch-queue = Czas oczekiwania
watch-turned-away = Odrzucone wywołania
watch-version = Wersja programu
watch-replicas = Wszystkie usługi na tej samej bazie
watch-replica = Usługa
watch-this-one = (ta)
watch-state = Stan
watch-state-running = działa
watch-state-draining = zatrzymuje się
watch-state-silent = milczy
watch-last-heard = Ostatni sygnał
watch-sequence = Odczytane zapisy
watch-replicas-read = Pozostałe usługi z chwili, gdy baza jeszcze odpowiadała:

# Co znajduje analiza.
watch-findings = Warto sprawdzić
watch-findings-look = Szukaj problemów
watch-findings-none = Niczego nie znaleziono: żadnych konfliktów, niemożliwych workflow ani takich, które przeszkadzają innym.
watch-findings-with = Razem z:
watch-findings-more = i jeszcze { $count }
watch-findings-too-many = To konto ma więcej workflow, niż można sprawdzić razem.
watch-back = Powrót do podglądu
watch-dead-since = Bez dopasowania od
watch-dead-since-help = Pokazuje także workflow, które od tego dnia niczego nie dopasowały.
watch-dead-since-wrong = To nie jest data. Proszę ją zapisać tak: 2026-11-26.
watch-dead-unknown = Nie można pokazać workflow bez dopasowania od tego dnia, bo usługa liczy dopiero od:
watch-kind-writes-conflict = Workflow, które sobie przeczą
watch-kind-cycle = Workflow, które uruchamiają się w kółko
watch-kind-shadowed-by-stop = Workflow zawsze zatrzymywane przez inne
watch-kind-never-matches = Workflow, których nic nie dopasuje
watch-kind-alternative-never-matches = Warianty, których nic nie dopasuje
watch-kind-dead = Workflow bez dopasowań
watch-kind-same-as-another = Workflow takie same jak inne
watch-kind-reply-without-guard = Odpowiedzi, które mogą być wysyłane bez końca
watch-kind-always-matches = Workflow dopasowane do każdej zmiany
watch-kind-condition-always-holds = Warunki zawsze spełnione
watch-kind-phrase-redundant = Zbędne frazy
watch-kind-other = Inne

# Numbers.
watch-number = { $value }
watch-microseconds = { $value } µs
watch-milliseconds = { $value } ms
watch-seconds = { $value } s
