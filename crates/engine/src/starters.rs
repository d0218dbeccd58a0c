//! What an editor offers to start from: ready-made workflows and the variables' descriptions, in French, English and
//! Polish.
//!
//! The workflows are those of one small shop, so that together they make an account to try things on. Its directory:
//!
//! | list | ids |
//! |---|---|
//! | agents | `anna` (front office), `marc` (key accounts and chat), `ola` (complaints and returns) |
//! | inboxes (group) | `shop` (`own_shop`), `allegro_pl`, `amazon_de` (`marketplaces`) |
//! | sources | `email`, `chat`, `contact_form`, `allegro`, `allegro_discussions`, `amazon` |
//! | integrations | `shop`, `allegro`, `amazon` |
//! | statuses | `new`, `open`, `pending`, `solved` |
//! | tags | `complaint`, `delivery`, `follow_up`, `invoice`, `refund`, `return`, `vip` |
//! | ticket types | `question`, `complaint`, `return` |
//! | contexts | `before_order`, `after_order` |
//! | Allegro accounts | `allegro_main`, `allegro_outlet` |
//! | order statuses | `paid`, `shipped`, `return_in_progress`, `refunded` |
//!
//! Addresses at `shop.example` stand for the shop's own, those at `big-client.example` for a customer's.

mod replies;
mod routing;
#[cfg(test)]
mod tests;
mod times;

use icu_locale_core::Locale;
use icu_locale_core::subtags::language;

use crate::definition::{Action, Body, Condition, Phrases, Test, TextFormat, Workflow};
use crate::variable::Variable;

/// A language that the ready-made texts come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// French.
    French,
    /// Polish.
    Polish,
}

impl Language {
    /// The language of a BCP 47 tag such as `fr` or `fr-FR`; English when it is empty.
    pub fn from_tag(tag: &str) -> Option<Self> {
        if tag.is_empty() {
            return Some(Self::English);
        }
        let language = tag.parse::<Locale>().ok()?.id.language;
        [(language!("en"), Self::English), (language!("fr"), Self::French), (language!("pl"), Self::Polish)]
            .into_iter()
            .find_map(|(known, ours)| (known == language).then_some(ours))
    }

    /// What is meant for this language.
    fn of<T>(self, said: Said<T>) -> T {
        match self {
            Self::English => said.en,
            Self::French => said.fr,
            Self::Polish => said.pl,
        }
    }
}

/// The same in each language.
#[derive(Clone, Copy)]
struct Said<T = &'static str> {
    en: T,
    fr: T,
    pl: T,
}

/// A ready-made workflow.
#[derive(Clone, Debug)]
pub struct Starter {
    /// Its id, the same in every language.
    pub id: &'static str,
    /// The workflow to start from; its name and description are the starter's.
    pub workflow: Workflow,
}

/// The ready-made workflows, in the order in which they are shown.
///
/// The general ones come before the special ones, so that of two that set the same thing the special one has its way.
pub fn starters(language: Language) -> Vec<Starter> {
    vec![
        routing::all_but_allegro_discussions(language),
        times::unanswered_for_a_day(language),
        times::out_of_hours(language),
        times::weekend(language),
        times::solved_after_silence(language),
        routing::chat_at_work(language),
        routing::reopened(language),
        routing::key_account(language),
        routing::allegro_discussion(language),
        routing::negative_sentiment(language),
        routing::refund_request(language),
        routing::invoice_request(language),
        replies::delivery_question(language),
        replies::return_created(language),
        replies::foreign_marketplace(language),
        replies::ai_answer(language),
    ]
}

/// What a variable stands for, and a value that it may have.
pub fn describe(variable: Variable, language: Language) -> (&'static str, &'static str) {
    let alike = |example| Said { en: example, fr: example, pl: example };
    let (description, example) = match variable {
        Variable::TicketId => (
            Said { en: "The ticket's number", fr: "Le numéro du ticket", pl: "Numer zgłoszenia" },
            alike("48213"),
        ),
        Variable::TicketUrl => (
            Said {
                en: "The address at which agents open the ticket",
                fr: "L’adresse à laquelle les agents ouvrent le ticket",
                pl: "Adres, pod którym pracownicy otwierają zgłoszenie",
            },
            alike("https://desk.shop.example/tickets/48213"),
        ),
        Variable::CustomerEmail => (
            Said {
                en: "The customer's e-mail address",
                fr: "L’adresse e-mail du client",
                pl: "Adres e-mail klienta",
            },
            Said {
                en: "jane.miller@example.com",
                fr: "jeanne.martin@example.com",
                pl: "jan.wisniewski@example.com",
            },
        ),
        Variable::CustomerName => (
            Said { en: "The customer's name", fr: "Le nom du client", pl: "Imię i nazwisko klienta" },
            Said { en: "Jane Miller", fr: "Jeanne Martin", pl: "Jan Wiśniewski" },
        ),
        Variable::CurrentDateTime => (
            Said {
                en: "The date and time at which the workflow runs, in the account's time zone",
                fr: "La date et l’heure auxquelles le workflow s’exécute, dans le fuseau horaire du compte",
                pl: "Data i godzina uruchomienia automatyzacji, w strefie czasowej konta",
            },
            Said { en: "Mar 9, 2026, 3:05\u{202f}PM", fr: "9 mars 2026, 15:05", pl: "9 mar 2026, 15:05" },
        ),
        Variable::AssignedAgentFirstName => (
            Said {
                en: "The first name of the agent in charge",
                fr: "Le prénom de l’agent assigné",
                pl: "Imię przypisanego pracownika",
            },
            alike("Anna"),
        ),
        Variable::AssignedAgentLastName => (
            Said {
                en: "The last name of the agent in charge",
                fr: "Le nom de famille de l’agent assigné",
                pl: "Nazwisko przypisanego pracownika",
            },
            alike("Kowalska"),
        ),
        Variable::AssignedAgentFullName => (
            Said {
                en: "The first and last name of the agent in charge",
                fr: "Le prénom et le nom de l’agent assigné",
                pl: "Imię i nazwisko przypisanego pracownika",
            },
            alike("Anna Kowalska"),
        ),
        Variable::AssignedAgentEmail => (
            Said {
                en: "The e-mail address of the agent in charge",
                fr: "L’adresse e-mail de l’agent assigné",
                pl: "Adres e-mail przypisanego pracownika",
            },
            alike("anna@shop.example"),
        ),
    };
    (language.of(description), language.of(example))
}

/// A starter with its name and description put into its workflow.
fn starter(
    language: Language,
    id: &'static str,
    name: Said,
    description: Said,
    workflow: Workflow,
) -> Starter {
    let workflow = Workflow {
        id: id.to_owned(),
        display_name: language.of(name).to_owned(),
        description: language.of(description).to_owned(),
        ..workflow
    };
    Starter { id, workflow }
}

fn is(test: Test) -> Condition {
    Condition { negated: false, test }
}

fn is_not(test: Test) -> Condition {
    Condition { negated: true, test }
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

fn phrases(language: Language, phrases: Said<&[&str]>) -> Phrases {
    Phrases { phrases: ids(language.of(phrases)), ..Phrases::default() }
}

fn plain(language: Language, text: Said) -> Body {
    Body { text: language.of(text).to_owned(), format: TextFormat::Plain }
}

fn assign_agent(agent: &str) -> Action {
    Action::AssignAgent { agent_id: agent.to_owned() }
}

fn assign_tag(tag: &str) -> Action {
    Action::AssignTag { tag_id: tag.to_owned() }
}

fn set_status(status: &str) -> Action {
    Action::SetStatus { status_id: status.to_owned() }
}
