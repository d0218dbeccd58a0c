//! Workflows that bring a ticket to the right people.

use super::*;
use crate::definition::{Attendance, CustomerAction, NewTicketBy, Presence, Sentiment};

pub(super) fn all_but_allegro_discussions(language: Language) -> Starter {
    let name = Said {
        en: "Assign every message except Allegro Discussions",
        fr: "Assigner tous les messages sauf les Discussions Allegro",
        pl: "Przypisz wszystkie wiadomości oprócz Dyskusji Allegro",
    };
    let description = Said {
        en: "Every message that arrives goes to Anna, wherever it comes from. Allegro Discussions are left to those who handle disputes.",
        fr: "Chaque message reçu est confié à Anna, quelle que soit sa provenance. Les Discussions Allegro restent aux personnes chargées des litiges.",
        pl: "Każda nowa wiadomość trafia do Anny, niezależnie od źródła. Dyskusje Allegro pozostają u osób, które zajmują się sporami.",
    };
    let workflow = Workflow {
        all: vec![is(Test::NewMessage), is_not(Test::Source(ids(&["allegro_discussions"])))],
        actions: vec![assign_agent("anna")],
        ..Workflow::default()
    };
    starter(language, "assign_all_but_allegro_discussions", name, description, workflow)
}

pub(super) fn chat_at_work(language: Language) -> Starter {
    let name = Said {
        en: "Chats go to Marc while he is at work",
        fr: "Confier les chats à Marc pendant ses heures de travail",
        pl: "Czaty do Marca w godzinach jego pracy",
    };
    let description = Said {
        en: "New chats are assigned to Marc during his working hours, holidays taken into account.",
        fr: "Les nouveaux chats sont assignés à Marc pendant ses heures de travail, jours de congé pris en compte.",
        pl: "Nowe czaty są przypisywane do Marca w godzinach jego pracy, z uwzględnieniem dni wolnych.",
    };
    let attendance = Attendance { presence: Presence::Inside, agent_id: Some("marc".to_owned()) };
    let workflow = Workflow {
        all: vec![
            is(Test::NewTicket(vec![NewTicketBy::CustomerMessage])),
            is(Test::Source(ids(&["chat"]))),
            is(Test::WorkingHours(vec![attendance])),
        ],
        actions: vec![assign_agent("marc")],
        ..Workflow::default()
    };
    starter(language, "chats_to_agent_at_work", name, description, workflow)
}

pub(super) fn reopened(language: Language) -> Starter {
    let name = Said {
        en: "Reopen a solved ticket when the customer writes again",
        fr: "Rouvrir un ticket résolu quand le client réécrit",
        pl: "Otwórz rozwiązane zgłoszenie, gdy klient napisze ponownie",
    };
    let description = Said {
        en: "A customer's message on a ticket that was waiting or solved sets its status back to open.",
        fr: "Un message du client sur un ticket en attente ou résolu remet son statut à ouvert.",
        pl: "Wiadomość klienta w zgłoszeniu oczekującym lub rozwiązanym przywraca status otwarty.",
    };
    let workflow = Workflow {
        all: vec![
            is(Test::Action(vec![CustomerAction::EveryCustomerMessage])),
            is(Test::CurrentStatus(ids(&["pending", "solved"]))),
        ],
        actions: vec![set_status("open")],
        ..Workflow::default()
    };
    starter(language, "reopen_on_customer_message", name, description, workflow)
}

pub(super) fn key_account(language: Language) -> Starter {
    let name = Said {
        en: "Key accounts first",
        fr: "Priorité aux grands comptes",
        pl: "Kluczowi klienci w pierwszej kolejności",
    };
    let description = Said {
        en: "Tickets from a key account's e-mail domain are tagged and assigned to the person who knows it.",
        fr: "Les tickets envoyés depuis le domaine d’un grand compte reçoivent un tag et sont confiés à la personne qui le suit.",
        pl: "Zgłoszenia z domeny kluczowego klienta otrzymują tag i trafiają do jego opiekuna.",
    };
    let workflow = Workflow {
        all: vec![
            is(Test::NewTicket(vec![NewTicketBy::CustomerMessage])),
            is(Test::Email(ids(&["@big-client.example"]))),
        ],
        actions: vec![assign_tag("vip"), assign_agent("marc")],
        ..Workflow::default()
    };
    starter(language, "key_account", name, description, workflow)
}

pub(super) fn allegro_discussion(language: Language) -> Starter {
    let name =
        Said { en: "New Allegro Discussion", fr: "Nouvelle Discussion Allegro", pl: "Nowa Dyskusja Allegro" };
    let description = Said {
        en: "A dispute that a buyer opens on Allegro is tagged as a complaint and goes straight to Ola.",
        fr: "Un litige ouvert par un acheteur sur Allegro reçoit le tag réclamation et va directement à Ola.",
        pl: "Spór otwarty przez kupującego na Allegro otrzymuje tag reklamacji i trafia od razu do Oli.",
    };
    let workflow = Workflow {
        all: vec![
            is(Test::NewTicket(vec![NewTicketBy::Anyone])),
            is(Test::Source(ids(&["allegro_discussions"]))),
        ],
        actions: vec![assign_tag("complaint"), assign_agent("ola"), set_status("open")],
        ..Workflow::default()
    };
    starter(language, "new_allegro_discussion", name, description, workflow)
}

pub(super) fn negative_sentiment(language: Language) -> Starter {
    let name = Said {
        en: "Escalate unhappy customers",
        fr: "Escalader les clients mécontents",
        pl: "Eskaluj niezadowolonych klientów",
    };
    let description = Said {
        en: "When a customer's message is negative, the ticket is tagged as a complaint, assigned to Ola, and the team lead is told by e-mail.",
        fr: "Quand le message d’un client est négatif, le ticket reçoit le tag réclamation, est assigné à Ola, et le responsable d’équipe est prévenu par e-mail.",
        pl: "Gdy wiadomość klienta jest negatywna, zgłoszenie otrzymuje tag reklamacji, trafia do Oli, a kierownik zespołu dostaje e-mail.",
    };
    let subject = Said {
        en: "Unhappy customer: ticket {{ ticket_id }}",
        fr: "Client mécontent\u{a0}: ticket {{ ticket_id }}",
        pl: "Niezadowolony klient: zgłoszenie {{ ticket_id }}",
    };
    let body = Said {
        en: "{{ customer_name | default: \"A customer\" }} sounds unhappy.\n\n{{ assigned_agent_first_name }} is looking after the ticket: {{ ticket_url }}",
        fr: "{{ customer_name | default: \"Un client\" }} semble mécontent.\n\n{{ assigned_agent_first_name }} s’occupe du ticket\u{a0}: {{ ticket_url }}",
        pl: "Klient {{ customer_name | default: \"(brak danych)\" }} wydaje się niezadowolony.\n\nZgłoszeniem zajmuje się {{ assigned_agent_first_name }}: {{ ticket_url }}",
    };
    let workflow = Workflow {
        all: vec![
            is(Test::Action(vec![CustomerAction::EveryCustomerMessage])),
            is(Test::Sentiment(vec![Sentiment::Negative])),
        ],
        actions: vec![
            assign_tag("complaint"),
            assign_agent("ola"),
            Action::SendEmail {
                to: "team-lead@shop.example".to_owned(),
                subject: language.of(subject).to_owned(),
                body: plain(language, body),
            },
        ],
        ..Workflow::default()
    };
    starter(language, "escalate_negative_sentiment", name, description, workflow)
}

pub(super) fn refund_request(language: Language) -> Starter {
    let name =
        Said { en: "Refund requests", fr: "Demandes de remboursement", pl: "Prośby o zwrot pieniędzy" };
    let description = Said {
        en: "Messages that speak of a refund are tagged and assigned to Ola. Case and accents do not matter.",
        fr: "Les messages qui parlent de remboursement reçoivent un tag et sont assignés à Ola. Majuscules et accents n’ont pas d’importance.",
        pl: "Wiadomości dotyczące zwrotu pieniędzy otrzymują tag i trafiają do Oli. Wielkość liter i polskie znaki nie mają znaczenia.",
    };
    let wanted: Said<&[&str]> = Said {
        en: &["refund", "money back", "reimburse", "chargeback"],
        fr: &["rembours", "rendez-moi mon argent", "récupérer mon argent", "rétrofacturation"],
        pl: &["zwrot pieniędzy", "zwrot środków", "oddajcie pieniądze", "zwrócić pieniądze"],
    };
    let workflow = Workflow {
        all: vec![
            is(Test::Action(vec![CustomerAction::EveryCustomerMessage])),
            is(Test::Message(phrases(language, wanted))),
        ],
        actions: vec![assign_tag("refund"), assign_agent("ola"), set_status("open")],
        ..Workflow::default()
    };
    starter(language, "refund_request", name, description, workflow)
}

pub(super) fn invoice_request(language: Language) -> Starter {
    let name = Said { en: "Invoice requests", fr: "Demandes de facture", pl: "Prośby o fakturę" };
    let description = Said {
        en: "A request for an invoice, in the subject or in the message, is tagged and forwarded to accounting.",
        fr: "Une demande de facture, dans le sujet ou dans le message, reçoit un tag et est transmise à la comptabilité.",
        pl: "Prośba o fakturę, w temacie lub w treści wiadomości, otrzymuje tag i jest przekazywana do księgowości.",
    };
    let wanted: Said<&[&str]> = Said {
        en: &["invoice", "VAT receipt", "proforma"],
        fr: &["facture", "justificatif d'achat", "pro forma"],
        pl: &["faktur", "rachunek", "pro forma"],
    };
    let subject = Said {
        en: "Invoice request: ticket {{ ticket_id }}",
        fr: "Demande de facture\u{a0}: ticket {{ ticket_id }}",
        pl: "Prośba o fakturę: zgłoszenie {{ ticket_id }}",
    };
    let body = Said {
        en: "{{ customer_name | default: \"A customer\" }} ({{ customer_email | default: \"no e-mail address\" }}) asks for an invoice.\n\nTicket: {{ ticket_url }}",
        fr: "{{ customer_name | default: \"Un client\" }} ({{ customer_email | default: \"adresse e-mail inconnue\" }}) demande une facture.\n\nTicket\u{a0}: {{ ticket_url }}",
        pl: "Klient {{ customer_name | default: \"(brak danych)\" }} ({{ customer_email | default: \"brak adresu e-mail\" }}) prosi o fakturę.\n\nZgłoszenie: {{ ticket_url }}",
    };
    let workflow = Workflow {
        all: vec![is(Test::Action(vec![CustomerAction::FirstCustomerMessage]))],
        any: vec![is(Test::Subject(phrases(language, wanted))), is(Test::Message(phrases(language, wanted)))],
        actions: vec![
            assign_tag("invoice"),
            Action::SendEmail {
                to: "accounting@shop.example".to_owned(),
                subject: language.of(subject).to_owned(),
                body: plain(language, body),
            },
        ],
        ..Workflow::default()
    };
    starter(language, "invoice_request", name, description, workflow)
}
