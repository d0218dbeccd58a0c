//! Workflows that depend on the hour, or on how much time has gone by.

use jiff::SignedDuration;
use jiff::civil::Weekday;

use super::*;
use crate::definition::{CustomerAction, ElapsedBound, ReplyStatus, TicketState, TimeRange};

pub(super) fn unanswered_for_a_day(language: Language) -> Starter {
    let name = Said {
        en: "Remind us of tickets unanswered for 24 hours",
        fr: "Rappel des tickets sans réponse depuis 24 heures",
        pl: "Przypomnienie o zgłoszeniach bez odpowiedzi od 24 godzin",
    };
    let description = Said {
        en: "An open ticket whose customer has waited more than 24 hours for an answer is tagged, and its agent gets an e-mail.",
        fr: "Un ticket ouvert dont le client attend une réponse depuis plus de 24 heures reçoit un tag, et son agent est prévenu par e-mail.",
        pl: "Otwarte zgłoszenie, w którym klient czeka na odpowiedź ponad 24 godziny, otrzymuje tag, a przypisany pracownik dostaje e-mail.",
    };
    let subject = Said {
        en: "Ticket {{ ticket_id }} has been waiting for more than 24 hours",
        fr: "Le ticket {{ ticket_id }} attend une réponse depuis plus de 24 heures",
        pl: "Zgłoszenie {{ ticket_id }} czeka na odpowiedź ponad 24 godziny",
    };
    let body = Said {
        en: "<p>Hello {{ assigned_agent_first_name | default: \"team\" }},</p>\n\
             <p>{{ customer_name | default: \"A customer\" }} has been waiting for an answer for more than 24 hours.</p>\n\
             <p><a href=\"{{ ticket_url }}\">Open ticket {{ ticket_id }}</a></p>",
        fr: "<p>Bonjour {{ assigned_agent_first_name | default: \"à toute l’équipe\" }},</p>\n\
             <p>{{ customer_name | default: \"Un client\" }} attend une réponse depuis plus de 24 heures.</p>\n\
             <p><a href=\"{{ ticket_url }}\">Ouvrir le ticket {{ ticket_id }}</a></p>",
        pl: "<p>Dzień dobry,</p>\n\
             <p>klient {{ customer_name | default: \"(brak danych)\" }} czeka na odpowiedź ponad 24 godziny.</p>\n\
             <p><a href=\"{{ ticket_url }}\">Otwórz zgłoszenie {{ ticket_id }}</a></p>",
    };
    let workflow = Workflow {
        all: vec![
            is(Test::ReplyStatus(vec![ReplyStatus::Unanswered])),
            is(Test::LastCustomerReply(vec![ElapsedBound::MoreThan(SignedDuration::from_hours(24))])),
            is(Test::TicketState(vec![TicketState::Open])),
        ],
        actions: vec![
            assign_tag("follow_up"),
            Action::SendEmail {
                to: "{{ assigned_agent_email | default: \"support@shop.example\" }}".to_owned(),
                subject: language.of(subject).to_owned(),
                body: Body { text: language.of(body).to_owned(), format: TextFormat::Html },
            },
        ],
        ..Workflow::default()
    };
    starter(language, "remind_unanswered_24h", name, description, workflow)
}

pub(super) fn out_of_hours(language: Language) -> Starter {
    let name = Said {
        en: "Out-of-hours reply",
        fr: "Réponse en dehors des horaires d’ouverture",
        pl: "Odpowiedź poza godzinami pracy",
    };
    let description = Said {
        en: "A customer who writes for the first time on a weekday between 6 p.m. and 8 a.m. learns when to expect an answer.",
        fr: "Un client qui écrit pour la première fois en semaine entre 18 h et 8 h apprend quand il recevra une réponse.",
        pl: "Klient, który pisze po raz pierwszy w dzień roboczy między 18:00 a 8:00, dowiaduje się, kiedy otrzyma odpowiedź.",
    };
    let text = Said {
        en: "Hello {{ customer_name | default: \"there\" }},\n\nThank you for your message. Our team is available Monday to Friday, 8 a.m. to 6 p.m. We will answer you as soon as we are back.\n\nYour reference: {{ ticket_id }}",
        fr: "Bonjour {{ customer_name | default: \"et bienvenue\" }},\n\nMerci pour votre message. Notre équipe est à votre écoute du lundi au vendredi, de 8 h à 18 h. Nous vous répondrons dès notre retour.\n\nVotre référence\u{a0}: {{ ticket_id }}",
        pl: "Dzień dobry,\n\ndziękujemy za wiadomość. Nasz zespół pracuje od poniedziałku do piątku w godzinach 8:00–18:00. Odpowiemy zaraz po powrocie.\n\nNumer zgłoszenia: {{ ticket_id }}",
    };
    let weekdays =
        vec![Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
    let night = TimeRange { from_minute: 18 * 60, to_minute: 8 * 60 };
    let workflow = Workflow {
        all: vec![
            is(Test::Action(vec![CustomerAction::FirstCustomerMessage])),
            is(Test::DayOfWeek(weekdays)),
            is(Test::TimeOfDay(vec![night])),
        ],
        actions: vec![Action::SendMessage { body: plain(language, text) }],
        ..Workflow::default()
    };
    starter(language, "out_of_hours_reply", name, description, workflow)
}

pub(super) fn weekend(language: Language) -> Starter {
    let name = Said { en: "Weekend notice", fr: "Message du week-end", pl: "Wiadomość weekendowa" };
    let description = Said {
        en: "A customer who writes for the first time on a Saturday or Sunday learns that the answer comes on Monday.",
        fr: "Un client qui écrit pour la première fois un samedi ou un dimanche apprend que la réponse viendra lundi.",
        pl: "Klient, który pisze po raz pierwszy w sobotę lub niedzielę, dowiaduje się, że odpowiedź nadejdzie w poniedziałek.",
    };
    let text = Said {
        en: "Hello {{ customer_name | default: \"there\" }},\n\nThank you for your message. We are closed at the weekend and will get back to you on Monday.\n\nYour reference: {{ ticket_id }}",
        fr: "Bonjour {{ customer_name | default: \"et bienvenue\" }},\n\nMerci pour votre message. Nous sommes fermés le week-end et reviendrons vers vous lundi.\n\nVotre référence\u{a0}: {{ ticket_id }}",
        pl: "Dzień dobry,\n\ndziękujemy za wiadomość. W weekend nie pracujemy, odpowiemy w poniedziałek.\n\nNumer zgłoszenia: {{ ticket_id }}",
    };
    let workflow = Workflow {
        all: vec![
            is(Test::Action(vec![CustomerAction::FirstCustomerMessage])),
            is(Test::DayOfWeek(vec![Weekday::Saturday, Weekday::Sunday])),
        ],
        actions: vec![Action::SendMessage { body: plain(language, text) }],
        ..Workflow::default()
    };
    starter(language, "weekend_notice", name, description, workflow)
}

pub(super) fn solved_after_silence(language: Language) -> Starter {
    let name = Said {
        en: "Solved after 7 days of silence",
        fr: "Résolu après 7 jours de silence",
        pl: "Rozwiązane po 7 dniach ciszy",
    };
    let description = Said {
        en: "A ticket that we answered, and whose customer has not written for more than 7 days, is set to solved.",
        fr: "Un ticket auquel nous avons répondu et dont le client n’a pas écrit depuis plus de 7 jours passe à résolu.",
        pl: "Zgłoszenie, na które odpowiedzieliśmy i w którym klient nie pisał ponad 7 dni, otrzymuje status rozwiązane.",
    };
    let workflow = Workflow {
        all: vec![
            is(Test::ReplyStatus(vec![ReplyStatus::Answered])),
            is(Test::CurrentStatus(ids(&["pending"]))),
            is(Test::LastCustomerReply(vec![ElapsedBound::MoreThan(SignedDuration::from_hours(7 * 24))])),
        ],
        actions: vec![set_status("solved")],
        ..Workflow::default()
    };
    starter(language, "solved_after_7_days", name, description, workflow)
}
