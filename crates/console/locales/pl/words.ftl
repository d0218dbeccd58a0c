# Jak czyta się warunki i akcje: zob. plik angielski.

condition-source = Źródło
    .is = źródło to { $values }
    .is-not = źródło to nie { $values }
condition-new_ticket = Utworzenie nowego zgłoszenia
    .is = powstaje nowe zgłoszenie { $values }
    .is-not = powstaje nowe zgłoszenie, ale nie { $values }
    .never = nie powstaje zgłoszenie
condition-day_of_week = Dzień tygodnia
    .is = dzień to { $values }
    .is-not = dzień to nie { $values }
condition-email = E-mail
    .is = e-mail klienta to { $values }
    .is-not = e-mail klienta to nie { $values }
condition-subject = Temat zawiera
    .is = temat { $mode } { $values }
    .is-not = temat nie spełnia: { $mode } { $values }
condition-customer_name = Nazwa klienta zawiera
    .is = nazwa klienta { $mode } { $values }
    .is-not = nazwa klienta nie spełnia: { $mode } { $values }
condition-message = Nowa wiadomość zawiera
    .is = nowa wiadomość { $mode } { $values }
    .is-not = przychodzi wiadomość, która nie spełnia: { $mode } { $values }
condition-time_of_day = Godzina
    .is = jest { $values }
    .is-not = nie jest { $values }
condition-integration = Integracje
    .is = integracja to { $values }
    .is-not = integracja to nie { $values }
condition-new_message = Nowa wiadomość
    .is = przychodzi wiadomość
    .is-not = nie przychodzi wiadomość
condition-action = Akcja
    .is = { $values }
    .is-not = klient działa, ale nie tak: { $values }
condition-tag_assigned = Przypisany tag
    .is = przypisano tag { $values }
    .is-not = przypisano tag inny niż { $values }
condition-status_set = Ustawiony status
    .is = status zmienia się na { $values }
    .is-not = status zmienia się na inny niż { $values }
condition-last_customer_reply = Ostatnia odpowiedź klienta
    .is = od ostatniej odpowiedzi klienta minęło { $values }
    .is-not = od ostatniej odpowiedzi klienta nie minęło { $values }
condition-ticket_created = Utworzono zgłoszenie
    .is = od utworzenia zgłoszenia minęło { $values }
    .is-not = od utworzenia zgłoszenia nie minęło { $values }
condition-current_status = Obecny status
    .is = status to { $values }
    .is-not = status to nie { $values }
condition-context = Kontekst
    .is = kontekst to { $values }
    .is-not = kontekst to nie { $values }
condition-sentiment = Nastrój
    .is = nastrój jest { $values }
    .is-not = nastrój nie jest { $values }
condition-reply_status = Stan odpowiedzi
    .is = zgłoszenie jest { $values }
    .is-not = zgłoszenie nie jest { $values }
condition-ticket_state = Stan zgłoszenia
    .is = zgłoszenie jest { $values }
    .is-not = zgłoszenie nie jest { $values }
condition-allegro_account = Konto Allegro
    .is = konto Allegro to { $values }
    .is-not = konto Allegro to nie { $values }
condition-inbox = Skrzynka odbiorcza
    .is = skrzynka to { $values }
    .is-not = skrzynka to nie { $values }
condition-inbox_group = Grupa skrzynek
    .is = skrzynka należy do grupy { $values }
    .is-not = skrzynka nie należy do grupy { $values }
condition-ticket_type = Typ zgłoszenia
    .is = typ zgłoszenia to { $values }
    .is-not = typ zgłoszenia to nie { $values }
condition-working_hours = Godziny pracy
    .is = { $values }
    .is-not = nieprawda, że { $values }
condition-none = warunek do uzupełnienia

action-send_message = Wyślij wiadomość
    .does = wyślij wiadomość „{ $text }”
action-send_translated_message = Wyślij przetłumaczoną wiadomość
    .does = wyślij wiadomość „{ $text }” w tłumaczeniu ({ $language })
action-ai_message = Wyślij wiadomość AI
    .does = pozwól odpowiedzieć AI: „{ $text }”
action-send_email = Wyślij e-mail
    .does = wyślij na adres { $to } e-mail „{ $text }”
action-set_status = Ustaw status
    .does = ustaw status: { $value }
action-assign_agent = Przypisz pracownika
    .does = przypisz: { $value }
action-assign_tag = Przypisz tag
    .does = przypisz tag { $value }
action-change_order_status = Zmień status zamówienia
    .does = zmień status zamówienia: { $value }
action-none = akcja do uzupełnienia

values-or = { $rest } lub { $last }
values-more = { $count ->
    [one] { $values } lub { $count } inna wartość
    [few] { $values } lub { $count } inne wartości
   *[other] { $values } lub { $count } innych wartości
}
quoted = „{ $text }”

phrase-contains = zawiera
phrase-equals = to dokładnie
phrase-starts_with = zaczyna się od
phrase-ends_with = kończy się na

new-ticket-anyone = przez kogokolwiek
new-ticket-agent = przez pracownika
new-ticket-customer_message = przez wiadomość klienta

customer-first_customer_message = przychodzi pierwsza wiadomość klienta
customer-every_customer_message = przychodzi wiadomość klienta
customer-return_created = powstaje zwrot

day-1 = poniedziałek
day-2 = wtorek
day-3 = środa
day-4 = czwartek
day-5 = piątek
day-6 = sobota
day-7 = niedziela

sentiment-positive = pozytywny
sentiment-neutral = neutralny
sentiment-negative = negatywny
reply-answered = z odpowiedzią
reply-unanswered = bez odpowiedzi
state-open = otwarte
state-closed = zamknięte

elapsed-more-than = ponad { $span }
elapsed-less-than = mniej niż { $span }
span-days = { $count ->
    [one] { $count } dzień
    [few] { $count } dni
    [many] { $count } dni
   *[other] { $count } dnia
}
span-hours = { $count ->
    [one] { $count } godzina
    [few] { $count } godziny
    [many] { $count } godzin
   *[other] { $count } godziny
}
span-minutes = { $count ->
    [one] { $count } minuta
    [few] { $count } minuty
    [many] { $count } minut
   *[other] { $count } minuty
}
span-seconds = { $count ->
    [one] { $count } sekunda
    [few] { $count } sekundy
    [many] { $count } sekund
   *[other] { $count } sekundy
}

attendance-inside = { $agent } jest w pracy
attendance-outside = { $agent } nie jest w pracy
attendance-inside-assigned = przypisany pracownik jest w pracy
attendance-outside-assigned = przypisany pracownik nie jest w pracy
