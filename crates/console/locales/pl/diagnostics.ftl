# Co jest nie tak w definicji lub warto o niej wiedzieć: zob. plik angielski.

# Wszędzie.

diagnostic-required = Brakuje wartości
    .help = Należy ją podać.
diagnostic-too-long =
    { $unit ->
        [bytes]
            { $count ->
                [one] Tekst jest za długi: { $count } bajt
                [few] Tekst jest za długi: { $count } bajty
                [many] Tekst jest za długi: { $count } bajtów
               *[other] Tekst jest za długi: { $count } bajta
            }
       *[characters]
            { $count ->
                [one] Tekst jest za długi: { $count } znak
                [few] Tekst jest za długi: { $count } znaki
                [many] Tekst jest za długi: { $count } znaków
               *[other] Tekst jest za długi: { $count } znaku
            }
    }
    .help =
        { $unit ->
            [bytes]
                { $max ->
                    [one] Należy go skrócić do { $max } bajta.
                   *[other] Należy go skrócić do najwyżej { $max } bajtów; litera z ogonkiem lub kreską zajmuje dwa lub więcej.
                }
           *[characters]
                { $max ->
                    [one] Należy go skrócić do { $max } znaku.
                   *[other] Należy go skrócić do najwyżej { $max } znaków.
                }
        }
diagnostic-too-many =
    { $count ->
        [one] Lista ma { $count } element, to za dużo
        [few] Lista ma { $count } elementy, to za dużo
        [many] Lista ma { $count } elementów, to za dużo
       *[other] Lista ma { $count } elementu, to za dużo
    }
    .help =
        { $max ->
            [one] Dozwolony jest najwyżej { $max }.
            [few] Dozwolone są najwyżej { $max }.
            [many] Dozwolonych jest najwyżej { $max }.
           *[other] Dozwolonych jest najwyżej { $max }.
        }
diagnostic-unknown-value = Nie ma wartości { $value }
    .help = Należy wybrać jedną z wartości: { $known }.
diagnostic-value-required = Brakuje wartości
    .help = Należy wybrać jedną z wartości: { $known }.
diagnostic-id-required = Brakuje identyfikatora
    .help = Należy wpisać identyfikator.
diagnostic-id-malformed = Identyfikator zawiera niedozwolony znak „{ $character }”
    .help = Dozwolone są tylko litery bez znaków diakrytycznych, cyfry oraz znaki . _ ~ : -
diagnostic-id-duplicate = Identyfikator „{ $id }” jest już na liście, na pozycji { $position }
    .help = Każdy element musi mieć własny identyfikator.
diagnostic-text-required = Tekst jest pusty
    .help = Należy wpisać treść.
diagnostic-language-required = Brakuje języka
    .help = Należy wpisać kod języka, na przykład „pl” lub „fr-FR”.
diagnostic-language-malformed = „{ $tag }” nie jest kodem języka
    .help = Należy wpisać kod języka, na przykład „pl” lub „fr-FR”.
diagnostic-time-range-required = Brakuje przedziału czasu
diagnostic-time-range-invalid =
    { $fault ->
        [begin] Przedział zaczyna się w minucie { $minute } doby, której nie ma
        [end] Przedział kończy się w minucie { $minute } doby, której nie ma
       *[empty] Przedział zaczyna się i kończy w tej samej minucie doby ({ $minute })
    }
    .help = Początek musi przypadać między 00:00 a 23:59, a koniec musi być inny i nie późniejszy niż 24:00.
diagnostic-value-duplicate = To jest już na liście, na pozycji { $position }
    .help = Należy usunąć jedno z dwojga.
diagnostic-id-unknown =
    { $list ->
        [agents] „{ $id }” nie należy do pracowników konta
        [inboxes] „{ $id }” nie należy do skrzynek odbiorczych konta
        [inbox_groups] „{ $id }” nie należy do grup skrzynek konta
        [sources] „{ $id }” nie należy do źródeł konta
        [integrations] „{ $id }” nie należy do integracji konta
        [statuses] „{ $id }” nie należy do statusów konta
        [tags] „{ $id }” nie należy do tagów konta
        [ticket_types] „{ $id }” nie należy do typów zgłoszeń konta
        [contexts] „{ $id }” nie należy do kontekstów konta
        [allegro_accounts] „{ $id }” nie należy do kont Allegro tego konta
       *[order_statuses] „{ $id }” nie należy do statusów zamówień konta
    }
    .help =
        { $suggested ->
            [yes] Czy chodziło o „{ $suggestion }”? Jeśli nie, należy dodać tę wartość do konta.
           *[no] Należy poprawić tę wartość lub dodać ją do konta.
        }

# Konto.

diagnostic-account-id-differs = To należy do innego konta niż „{ $account }”
    .help = Należy pominąć konto lub podać właśnie to.
diagnostic-time-zone-required = Brakuje strefy czasowej
    .help = Należy wpisać strefę czasową IANA, na przykład „Europe/Warsaw”.
diagnostic-time-zone-unknown = Nie ma strefy czasowej „{ $time_zone }”
    .help =
        { $suggested ->
            [yes] Czy chodziło o „{ $suggestion }”?
           *[no] Należy wpisać strefę czasową IANA, na przykład „Europe/Warsaw”.
        }
diagnostic-locale-malformed = „{ $tag }” nie jest kodem języka
    .help = Należy wpisać kod języka, na przykład „pl” lub „fr-FR”.
diagnostic-email-malformed = „{ $email }” nie jest adresem e-mail
    .help = Należy wpisać adres, na przykład „anna@acme.example”.
diagnostic-date-required = Brakuje daty
    .help = Należy wpisać datę, na przykład „2026-12-24”.
diagnostic-date-malformed = „{ $date }” nie jest datą
    .help = Należy wpisać datę, na przykład „2026-12-24”.
diagnostic-date-out-of-range = Data { $date } jest zbyt odległa
    .help = Należy wybrać datę od roku { $year_min }, a przed rokiem { $year_end }.
diagnostic-date-duplicate = Data { $date } jest już na liście, na pozycji { $position }
    .help = Wszystkie godziny tego dnia należy podać razem.

# Workflow.

diagnostic-workflows-per-account =
    { $max ->
        [one] Konto ma już { $max } workflow i nie może mieć więcej
       *[other] Konto ma już { $max } workflow i nie może mieć ich więcej
    }
    .help = Należy usunąć taki, który nie jest już potrzebny.
diagnostic-name-required = Brakuje nazwy
    .help =
        { $max ->
            [one] Należy wpisać nazwę o długości { $max } znaku.
           *[other] Należy wpisać nazwę o długości najwyżej { $max } znaków.
        }
diagnostic-conditions-required = Workflow nie ma żadnego warunku
    .help = Należy dodać co najmniej jeden.
diagnostic-condition-unreadable = Warunek jest niepełny lub tu nieznany
    .help = Należy wybrać, czego dotyczy.
diagnostic-actions-required = Workflow nie ma żadnej akcji
    .help = Należy dodać co najmniej jedną.
diagnostic-action-unreadable = Akcja jest niepełna lub tu nieznana
    .help = Należy wybrać, co robi.
diagnostic-phrases-too-many = Workflow tego konta mają więcej fraz, niż można wyszukiwać
    .help = Należy usunąć frazy, które nie są już potrzebne.

# Warunek.

diagnostic-values-required = Warunek nie ma żadnej wartości
    .help = Należy dodać co najmniej jedną.
diagnostic-email-or-domain-malformed = „{ $email }” nie jest ani adresem e-mail, ani domeną
    .help = Należy wpisać adres, na przykład „zofia@mail.example”, lub domenę, na przykład „@mail.example”.
diagnostic-phrase-folds-to-nothing = We frazie „{ $phrase }” nie ma niczego, co można wyszukać
    .help = Należy wpisać coś więcej niż odstępy, znaki diakrytyczne i znaki niewidoczne.
diagnostic-phrase-duplicate = Fraza „{ $phrase }” znajduje to samo co fraza na pozycji { $position }
    .help = Należy usunąć jedną z nich.
diagnostic-duration-required = Brakuje czasu trwania
    .help = Należy wybrać czas dłuższy lub krótszy niż podany.
diagnostic-duration-malformed = „{ $value }” nie jest czasem trwania
    .help = Należy wpisać liczbę minut, godzin lub dni.
diagnostic-duration-out-of-range =
    { $fault ->
        [negative] Czas trwania jest ujemny
        [not_positive] Żaden czas nie jest krótszy od podanego
       *[too_long] Czas trwania jest za długi
    }
    .help =
        { $max ->
            [one] Należy wpisać najwyżej { $max } dzień; „mniej niż” wymaga więcej niż zera.
           *[other] Należy wpisać najwyżej { $max } dni; „mniej niż” wymaga więcej niż zera.
        }

# Akcja.

diagnostic-line-break = Ten tekst zawiera podział wiersza
    .help = Należy zapisać go w jednym wierszu.
diagnostic-recipient-required = Brakuje odbiorcy
    .help = Należy wpisać adres lub zmienną, na przykład {"{{"} customer_email {"}}"}.
diagnostic-recipient-implausible = Odbiorca nie jest adresem e-mail
    .help = Należy wpisać adres lub zmienną, na przykład {"{{"} customer_email {"}}"}.
diagnostic-template-variable-required = Wiersz { $line }, kolumna { $column }: brakuje nazwy zmiennej
    .help = Należy wybrać jedną ze zmiennych: { $variables }.
diagnostic-template-variable-unknown = Wiersz { $line }, kolumna { $column }: nie ma zmiennej „{ $variable }”
    .help =
        { $suggested ->
            [yes] Czy chodziło o „{ $suggestion }”?
           *[no] Należy wybrać jedną ze zmiennych: { $variables }.
        }
diagnostic-template-variable-unclosed = Wiersz { $line }, kolumna { $column }: zmienna nie jest zamknięta
    .help = Należy ją zamknąć znakami {"}}"}, tak jak {"{{"} customer_name {"}}"}.
diagnostic-template-default-expected = Wiersz { $line }, kolumna { $column }: po pionowej kresce nie ma wartości zastępczej
    .help = Należy zapisać ją tak jak {"{{"} customer_name | default: "client" {"}}"}.
diagnostic-template-quote-expected = Wiersz { $line }, kolumna { $column }: wartość zastępcza musi stać w prostych cudzysłowach
    .help =
        { $fault ->
            [curly] Należy zastąpić { $quote } prostym cudzysłowem: "
            [escaped] Zamiast { $quote } należy wpisać sam cudzysłów (").
           *[missing] Należy zapisać ją tak jak {"{{"} customer_name | default: "client" {"}}"}.
        }
diagnostic-template-quote-unclosed = Wiersz { $line }, kolumna { $column }: cudzysłów wartości zastępczej nie jest zamknięty
    .help = Należy go zamknąć prostym cudzysłowem: "
diagnostic-template-escape-unknown = Wiersz { $line }, kolumna { $column }: { $escape } nic nie znaczy w wartości zastępczej
    .help = Ukośnik wsteczny zapisuje się jako \\, a cudzysłów jako \".
diagnostic-template-end-expected = Wiersz { $line }, kolumna { $column }: po wartości zastępczej muszą stać znaki {"}}"}
    .help = Należy zapisać ją tak jak {"{{"} customer_name | default: "client" {"}}"}.

# Przykład.

diagnostic-ticket-required = Brakuje zgłoszenia
diagnostic-change-required = Brakuje zmiany
diagnostic-fact-required = Zmiana nie mówi, co się stało
    .help = Należy wybrać co najmniej jedno zdarzenie albo to, że minął tylko czas.
diagnostic-timer-not-alone = „Minął tylko czas” stoi obok innych zdarzeń
    .help = Należy usunąć to albo pozostałe zdarzenia.
diagnostic-tags-required = Nie podano żadnego tagu
    .help = Należy podać tagi, które zostały przypisane.
diagnostic-instant-required = Brakuje daty i godziny
diagnostic-instant-malformed = „{ $value }” nie jest datą z godziną
    .help = Należy wpisać datę i godzinę, najdalej z roku 9999.
diagnostic-instant-out-of-range = Rok { $year } jest zbyt odległy
    .help = Należy wybrać chwilę od roku { $year_min }, a przed rokiem { $year_end }.
diagnostic-example-broken =
    { $expectation ->
        [match] Przykład „{ $example }” powinien pasować, a nie pasuje
       *[no_match] Przykład „{ $example }” nie powinien pasować, a pasuje
    }
    .help =
        { $count ->
            [0] Należy zmienić warunki albo przykład, jeśli to on jest błędny.
            [one] Niespełniony: { $conditions }. Należy zmienić warunek albo przykład, jeśli to on jest błędny.
           *[other] Niespełnione: { $conditions }. Należy zmienić warunki albo przykład, jeśli to on jest błędny.
        }

# Jakie są workflow, każdy z osobna i razem.

diagnostic-never-matches =
    { $conflicts_with ->
        [nothing] Żadna zmiana nie spełnia tego warunku: workflow nigdy nie zadziała
        [condition] Żadna zmiana nie spełnia jednocześnie tego warunku i „{ $condition }”: workflow nigdy nie zadziała
       *[conditions] Żadna zmiana nie spełnia tego warunku i wszystkich wcześniejszych: workflow nigdy nie zadziała
    }
    .help =
        { $conflicts_with ->
            [nothing] Należy wybrać inne wartości lub usunąć warunek.
           *[other] Należy zmienić jeden z nich albo sprawić, by wystarczył dowolny z nich.
        }
diagnostic-alternative-never-matches =
    { $conflicts_with ->
        [nothing] Żadna zmiana nie spełnia tego warunku: ta możliwość nigdy nie zachodzi
        [condition] Żadna zmiana nie spełnia jednocześnie tego warunku i „{ $condition }”: ta możliwość nigdy nie zachodzi
       *[conditions] Żadna zmiana nie spełnia tego warunku i wszystkich wcześniejszych: ta możliwość nigdy nie zachodzi
    }
    .help =
        { $conflicts_with ->
            [nothing] Należy wybrać inne wartości lub usunąć warunek.
           *[other] Należy zmienić jeden z nich albo usunąć tę możliwość.
        }
diagnostic-always-matches = Workflow działa przy każdej zmianie każdego zgłoszenia
    .help = Należy dodać warunek, który mówi, o które zmiany chodzi.
diagnostic-condition-always-holds =
    { $list ->
        [any] Któryś z tych warunków jest zawsze spełniony
       *[all] Ten warunek jest zawsze spełniony
    }
    .help =
        { $list ->
            [any] Należy określić, co ma zachodzić, lub usunąć te warunki.
           *[all] Należy określić, co ma zachodzić, lub usunąć ten warunek.
        }
diagnostic-phrase-redundant =
    { $more ->
        [0] Wszystko, co zawiera „{ $phrase }”, zawiera też „{ $other }”
        [one] Wszystko, co zawiera „{ $phrase }”, zawiera też „{ $other }”; { $more } inna fraza tego workflow jest równie zbędna
        [few] Wszystko, co zawiera „{ $phrase }”, zawiera też „{ $other }”; { $more } inne frazy tego workflow są równie zbędne
        [many] Wszystko, co zawiera „{ $phrase }”, zawiera też „{ $other }”; { $more } innych fraz tego workflow jest równie zbędnych
       *[other] Wszystko, co zawiera „{ $phrase }”, zawiera też „{ $other }”; { $more } innej frazy tego workflow jest równie zbędne
    }
    .help = Należy usunąć tę frazę.
diagnostic-reply-without-guard =
    { $at_every ->
        [message] Ta wiadomość jest wysyłana ponownie po każdej wiadomości klienta
       *[change] Ta wiadomość jest wysyłana ponownie przy każdej zmianie zgłoszenia
    }
    .help = Należy ograniczyć ją do pierwszej wiadomości klienta, do statusu albo do czasu, który minął.
diagnostic-same-as-another =
    { $told_of ->
        [other] „{ $workflow_name }” działa przy tych samych zmianach co ten workflow i robi to samo jeszcze raz
       *[own] Ten workflow działa przy tych samych zmianach co „{ $other_name }” i robi to samo jeszcze raz
    }
    .help = Należy usunąć jeden z nich.
diagnostic-shadowed-by-stop =
    { $told_of ->
        [other] „{ $workflow_name }” nigdy nie dochodzi do głosu: ten workflow jest przed nim, obejmuje wszystko, co on, i zatrzymuje dalsze
       *[own] Ten workflow nigdy nie dochodzi do głosu: „{ $other_name }” jest przed nim, obejmuje wszystko, co on, i zatrzymuje dalsze
    }
    .help = Należy zmienić ich kolejność albo sprawić, by zatrzymujący obejmował mniej.
diagnostic-writes-conflict =
    { $told_of ->
        [other] Ten workflow zmienia to, co ustawia „{ $workflow_name }”, na „{ $value }”, gdy oba działają przy tej samej zmianie
       *[own]
            { $more ->
                [0] „{ $other_name }” zmienia to na „{ $value }”, gdy oba działają przy tej samej zmianie
                [one] „{ $other_name }” zmienia to na „{ $value }”, gdy oba działają przy tej samej zmianie; może to zrobić jeszcze { $more } inny workflow
                [few] „{ $other_name }” zmienia to na „{ $value }”, gdy oba działają przy tej samej zmianie; mogą to zrobić jeszcze { $more } inne workflow
                [many] „{ $other_name }” zmienia to na „{ $value }”, gdy oba działają przy tej samej zmianie; może to zrobić jeszcze { $more } innych workflow
               *[other] „{ $other_name }” zmienia to na „{ $value }”, gdy oba działają przy tej samej zmianie; może to zrobić jeszcze { $more } innego workflow
            }
    }
    .help = Należy sprawić, by ich warunki się wykluczały, albo by pierwszy zatrzymywał dalsze.
diagnostic-cycle =
    { $told_of ->
        [other] To, co robi „{ $workflow_name }”, wraca do niego w kółko przez: { $other_names }
       *[own]
            { $count ->
                [0] To, co robi ten workflow, uruchamia go ponownie
               *[other] To, co robi ten workflow, uruchamia go ponownie przez: { $other_names }
            }
    }
    .help = Należy sprawić, by jeden z nich wymagał czegoś, co za drugim razem już nie zachodzi.
diagnostic-dead = Ten workflow nie zadziałał przy żadnej zmianie od { $since }
    .help = Jeśli nikomu go nie brakuje, należy go usunąć; w przeciwnym razie warto sprawdzić, na co czeka.

# A key, and what else a request holds.

diagnostic-key-role-required = Klucz nie ma roli
    .help = Należy wybrać, na co pozwala.
diagnostic-key-accounts-required = Klucz nie jest ważny dla żadnego konta
    .help = Należy podać konta lub uczynić go ważnym dla wszystkich.
diagnostic-key-accounts-conflict = Klucz jest ważny dla wszystkich kont, a wymienia niektóre
    .help = Należy wybrać jedno albo drugie.
diagnostic-key-expired = Klucz wygasłby od razu
    .help = Należy wybrać dzień po dzisiejszym lub żaden.
diagnostic-page-token-gone = Dziennik decyzji rozpoczęto od nowa i nie ma w nim już tego, co było na tej stronie
    .help = Należy wrócić do pierwszej strony.

# Same uwagi.

diagnostic-too-many-findings = Od tego miejsca jest więcej uwag
    .help = Należy poprawić wcześniejsze, a potem sprawdzić ponownie.
diagnostic-findings-left-out =
    { $count ->
        [one] { $count } uwaga nie jest pokazana
        [few] { $count } uwagi nie są pokazane
        [many] { $count } uwag nie jest pokazanych
       *[other] { $count } uwagi nie jest pokazane
    }
    .help = Należy poprawić pokazane uwagi, a potem sprawdzić ponownie.
