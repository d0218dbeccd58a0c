//! Workflows that answer the customer.

use super::*;
use crate::definition::{CustomerAction, Mode};

pub(super) fn delivery_question(language: Language) -> Starter {
    let name =
        Said { en: "Where is my parcel?", fr: "Où est mon colis\u{a0}?", pl: "Gdzie jest moja paczka?" };
    let description = Said {
        en: "The first message that asks about a delivery is tagged and acknowledged, with what to look at meanwhile.",
        fr: "Le premier message qui porte sur une livraison reçoit un tag et un accusé de réception, avec ce que le client peut vérifier en attendant.",
        pl: "Pierwsza wiadomość z pytaniem o dostawę otrzymuje tag i potwierdzenie wraz ze wskazówką, co sprawdzić w międzyczasie.",
    };
    let wanted: Said<&[&str]> = Said {
        en: &["where is my order", "where is my parcel", "tracking number", "not arrived", "delivery"],
        fr: &["où est ma commande", "où est mon colis", "numéro de suivi", "pas reçu", "livraison"],
        pl: &[
            "gdzie jest moje zamówienie",
            "gdzie jest moja paczka",
            "numer przesyłki",
            "nie dotarł",
            "dostaw",
        ],
    };
    let text = Said {
        en: "Hello {{ customer_name | default: \"there\" }},\n\nThank you for your message. We are checking where your parcel is and will come back to you shortly. Meanwhile, the tracking link in your shipping confirmation shows its latest position.\n\n{{ assigned_agent_first_name | default: \"Your customer service team\" }}",
        fr: "Bonjour {{ customer_name | default: \"et merci de votre confiance\" }},\n\nMerci pour votre message. Nous vérifions où se trouve votre colis et revenons vers vous rapidement. En attendant, le lien de suivi de votre confirmation d’expédition indique sa dernière position.\n\n{{ assigned_agent_first_name | default: \"Votre service client\" }}",
        pl: "Dzień dobry,\n\ndziękujemy za wiadomość. Sprawdzamy, gdzie jest Państwa paczka, i wkrótce wrócimy z odpowiedzią. W międzyczasie jej aktualne położenie można sprawdzić pod linkiem z potwierdzenia wysyłki.\n\nPozdrawiamy\n{{ assigned_agent_full_name | default: \"Zespół obsługi klienta\" }}",
    };
    let workflow = Workflow {
        all: vec![is(Test::Action(vec![CustomerAction::FirstCustomerMessage]))],
        any: vec![is(Test::Subject(phrases(language, wanted))), is(Test::Message(phrases(language, wanted)))],
        actions: vec![assign_tag("delivery"), Action::SendMessage { body: plain(language, text) }],
        ..Workflow::default()
    };
    starter(language, "delivery_question", name, description, workflow)
}

pub(super) fn return_created(language: Language) -> Starter {
    let name = Said { en: "Return created", fr: "Retour créé", pl: "Utworzono zwrot" };
    let description = Said {
        en: "When a customer creates a return, the ticket and its orders change status and the customer learns what happens next.",
        fr: "Quand un client crée un retour, le ticket et ses commandes changent de statut et le client apprend la suite.",
        pl: "Gdy klient utworzy zwrot, zgłoszenie i jego zamówienia zmieniają status, a klient dowiaduje się, co dalej.",
    };
    let text = Said {
        en: "Hello {{ customer_name | default: \"there\" }},\n\nWe have registered your return. Please send the parcel back within 14 days. We will refund you as soon as it has arrived and been checked.\n\nYour reference: {{ ticket_id }}",
        fr: "Bonjour {{ customer_name | default: \"et merci\" }},\n\nVotre retour est bien enregistré. Merci de nous renvoyer le colis sous 14 jours. Nous vous rembourserons dès qu’il sera arrivé et vérifié.\n\nVotre référence\u{a0}: {{ ticket_id }}",
        pl: "Dzień dobry,\n\nzarejestrowaliśmy Państwa zwrot. Prosimy o odesłanie paczki w ciągu 14 dni. Pieniądze zwrócimy, gdy tylko przesyłka dotrze i zostanie sprawdzona.\n\nNumer zgłoszenia: {{ ticket_id }}",
    };
    let workflow = Workflow {
        all: vec![is(Test::Action(vec![CustomerAction::ReturnCreated]))],
        actions: vec![
            assign_tag("return"),
            set_status("pending"),
            Action::ChangeOrderStatus { order_status_id: "return_in_progress".to_owned() },
            Action::SendMessage { body: plain(language, text) },
        ],
        ..Workflow::default()
    };
    starter(language, "return_created", name, description, workflow)
}

pub(super) fn foreign_marketplace(language: Language) -> Starter {
    let name = Said {
        en: "Acknowledge messages from Amazon.de in German",
        fr: "Accuser réception en allemand des messages d’Amazon.de",
        pl: "Potwierdzenie po niemiecku dla wiadomości z Amazon.de",
    };
    let description = Said {
        en: "The first message of a customer of the German marketplace gets an acknowledgement that is translated into German.",
        fr: "Le premier message d’un client de la place de marché allemande reçoit un accusé de réception traduit en allemand.",
        pl: "Na pierwszą wiadomość klienta z niemieckiej platformy wysyłane jest potwierdzenie przetłumaczone na niemiecki.",
    };
    let text = Said {
        en: "Hello {{ customer_name | default: \"there\" }},\n\nWe have received your message and will answer within one working day.\n\nYour customer service team",
        fr: "Bonjour {{ customer_name | default: \"et merci\" }},\n\nNous avons bien reçu votre message et vous répondrons sous un jour ouvré.\n\nVotre service client",
        pl: "Dzień dobry,\n\notrzymaliśmy Państwa wiadomość i odpowiemy w ciągu jednego dnia roboczego.\n\nZespół obsługi klienta",
    };
    let workflow = Workflow {
        all: vec![
            is(Test::Action(vec![CustomerAction::FirstCustomerMessage])),
            is(Test::Source(ids(&["amazon"]))),
            is(Test::Inbox(ids(&["amazon_de"]))),
        ],
        actions: vec![Action::SendTranslatedMessage {
            body: plain(language, text),
            target_language: "de".to_owned(),
        }],
        ..Workflow::default()
    };
    starter(language, "acknowledge_in_german", name, description, workflow)
}

pub(super) fn ai_answer(language: Language) -> Starter {
    let name = Said {
        en: "AI answers questions before an order",
        fr: "L’IA répond aux questions avant commande",
        pl: "AI odpowiada na pytania przed zakupem",
    };
    let description = Said {
        en: "Questions that come before an order are answered by AI, unless the customer is unhappy. It starts in shadow mode: watch what it would do, then set it live.",
        fr: "L’IA répond aux questions posées avant une commande, sauf si le client est mécontent. Le workflow démarre en mode simulation\u{a0}: observez ce qu’il ferait, puis activez-le.",
        pl: "AI odpowiada na pytania zadane przed zakupem, chyba że klient jest niezadowolony. Automatyzacja startuje w trybie testowym: można obserwować jej decyzje, a potem ją włączyć.",
    };
    let instructions = Said {
        en: "Answer the customer's question politely and in the customer's language, in at most 120 words. Use only what the product page says. If you are not sure, say that {{ assigned_agent_full_name | default: \"a colleague\" }} will answer. Promise no discount and no delivery date.",
        fr: "Réponds poliment à la question du client, dans sa langue, en 120 mots au plus. Appuie-toi uniquement sur la fiche produit. En cas de doute, indique que {{ assigned_agent_full_name | default: \"un collègue\" }} répondra. Ne promets ni remise ni date de livraison.",
        pl: "Odpowiedz uprzejmie na pytanie klienta, w jego języku, w najwyżej 120 słowach. Korzystaj wyłącznie z opisu produktu. W razie wątpliwości napisz, że odpowie {{ assigned_agent_full_name | default: \"nasz pracownik\" }}. Nie obiecuj rabatu ani terminu dostawy.",
    };
    let workflow = Workflow {
        mode: Mode::Shadow,
        all: vec![
            is(Test::Action(vec![CustomerAction::EveryCustomerMessage])),
            is(Test::Context(ids(&["before_order"]))),
            is_not(Test::Source(ids(&["allegro_discussions"]))),
            is_not(Test::Sentiment(vec![crate::definition::Sentiment::Negative])),
        ],
        actions: vec![Action::AiMessage { instructions: language.of(instructions).to_owned() }],
        ..Workflow::default()
    };
    starter(language, "ai_answer_before_order", name, description, workflow)
}
