//! Messages of a shop's customers, put together from sentences.

use rand::RngExt as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;

/// What messages of one language are made of. In a sentence `#` stands for a number of an order, `%` for a thing that was
/// bought.
pub(super) struct Language {
    greetings: &'static [&'static str],
    sentences: &'static [&'static str],
    farewells: &'static [&'static str],
    subjects: &'static [&'static str],
    things: &'static [&'static str],
    names: &'static [&'static str],
    /// What stands above the message that is answered.
    wrote: &'static str,
}

pub(super) const ENGLISH: Language = Language {
    greetings: &["Hello,", "Hi there,", "Dear support team,", "Good morning,"],
    sentences: &[
        "Where is my parcel with order #?",
        "The tracking page has not moved for four days.",
        "I ordered % two weeks ago and nothing has come.",
        "The % arrived broken, and the box was torn on one side.",
        "I would like a refund, please.",
        "Could you send me an invoice with my company's name for order #?",
        "I want to return % because it does not fit.",
        "How do I change the delivery address of order #?",
        "The discount code was refused at the checkout.",
        "Please cancel my order before it ships.",
        "I have already written twice, and nobody has answered.",
        "Is % available in another colour?",
        "My card was charged twice for the same order.",
        "The courier says that he rang, but I was at home all day.",
        "I attach two photos so that you can see the damage.",
        "When will % be in stock again?",
    ],
    farewells: &["Thank you!", "Best regards,", "Kind regards,", "Cheers,"],
    subjects: &["Where is order #?", "Broken %", "Refund", "Invoice for #", "Question about %"],
    things: &["a desk lamp", "the blue jacket", "a coffee grinder", "these running shoes", "the phone case"],
    names: &["Liam O'Brien", "Grace Miller", "Oliver Smith", "Amelia Jones"],
    wrote: "On Monday the shop wrote:",
};

const POLISH: Language = Language {
    greetings: &["Dzień dobry,", "Witam,", "Szanowni Państwo,", "Cześć,"],
    sentences: &[
        "Gdzie jest moja paczka z zamówienia #?",
        "Śledzenie przesyłki od czterech dni pokazuje to samo.",
        "Zamówiłam % dwa tygodnie temu i nadal nic nie doszło.",
        "Przesyłka z zamówienia # przyszła uszkodzona, karton był rozdarty.",
        "Proszę o zwrot pieniędzy na konto.",
        "Czy mogę prosić o fakturę VAT do zamówienia #?",
        "Chciałbym zwrócić %, bo nie pasuje.",
        "Jak zmienić adres dostawy?",
        "Kod rabatowy nie działa w koszyku.",
        "Proszę anulować zamówienie, zanim zostanie wysłane.",
        "Piszę już trzeci raz i nikt mi nie odpowiedział.",
        "Czy % będzie jeszcze dostępny w innym kolorze?",
        "Pieniądze zostały pobrane z karty dwa razy.",
        "Kurier twierdzi, że dzwonił, a byłam w domu cały dzień.",
        "W załączniku przesyłam zdjęcia uszkodzeń.",
    ],
    farewells: &["Pozdrawiam,", "Z góry dziękuję,", "Z poważaniem,"],
    subjects: &["Gdzie jest zamówienie #?", "Reklamacja", "Zwrot", "Faktura do #", "Pytanie o %"],
    things: &["lampkę", "młynek do kawy", "niebieską kurtkę", "buty do biegania", "etui na telefon"],
    names: &["Zofia Wójcik", "Michał Żak", "Łucja Dąbrowska", "Grzegorz Świątek"],
    wrote: "W poniedziałek sklep napisał:",
};

const FRENCH: Language = Language {
    greetings: &["Bonjour,", "Bonsoir,", "Madame, Monsieur,"],
    sentences: &[
        "Où est mon colis de la commande # ?",
        "Le suivi n'a pas changé depuis quatre jours.",
        "J'ai commandé % il y a deux semaines et je n'ai rien reçu.",
        "La commande # est arrivée cassée, le carton était déchiré.",
        "Je souhaite être remboursée, s'il vous plaît.",
        "Pourriez-vous m'envoyer une facture au nom de ma société ?",
        "Je voudrais retourner %, car la taille ne convient pas.",
        "Comment modifier l'adresse de livraison de la commande # ?",
        "Le code de réduction a été refusé.",
        "Merci d'annuler ma commande avant l'expédition.",
        "J'ai déjà écrit deux fois sans réponse.",
        "Est-ce que % existe dans une autre couleur ?",
        "Ma carte a été débitée deux fois.",
        "Le livreur prétend avoir sonné, or j'étais chez moi.",
        "Vous trouverez les photos des dégâts ci-jointes.",
    ],
    farewells: &["Merci d'avance,", "Cordialement,", "Bien à vous,"],
    subjects: &["Où est la commande # ?", "Demande de remboursement", "Retour", "Facture #", "À propos de %"],
    things: &["une lampe de bureau", "la veste bleue", "un moulin à café", "ces chaussures", "la coque"],
    names: &["Hélène Lefèvre", "Jérôme Benoît", "Chloé Français", "François Noël"],
    wrote: "Lundi, la boutique a écrit :",
};

const GERMAN: Language = Language {
    greetings: &["Guten Tag,", "Hallo,", "Sehr geehrte Damen und Herren,"],
    sentences: &[
        "Wo ist mein Paket zur Bestellung #?",
        "Die Sendungsverfolgung steht seit vier Tagen still.",
        "Ich habe vor zwei Wochen % bestellt und nichts erhalten.",
        "Die Bestellung # kam beschädigt an, der Karton war aufgerissen.",
        "Ich möchte bitte mein Geld zurück.",
        "Könnten Sie mir eine Rechnung auf meine Firma ausstellen?",
        "Ich möchte % zurückschicken, weil die Größe nicht passt.",
        "Wie ändere ich die Lieferadresse der Bestellung #?",
        "Der Gutschein wurde an der Kasse abgelehnt.",
        "Bitte stornieren Sie die Bestellung vor dem Versand.",
        "Ich habe schon zweimal geschrieben und keine Antwort bekommen.",
        "Gibt es % auch in einer anderen Farbe?",
        "Meine Karte wurde doppelt belastet.",
        "Der Bote behauptet, er hätte geklingelt, aber ich war zu Hause.",
        "Im Anhang finden Sie Fotos des Schadens.",
    ],
    farewells: &["Mit freundlichen Grüßen", "Viele Grüße", "Danke im Voraus!"],
    subjects: &["Wo ist Bestellung #?", "Rückerstattung", "Rücksendung", "Rechnung zu #", "Frage zu %"],
    things: &[
        "eine Schreibtischlampe",
        "die blaue Jacke",
        "eine Kaffeemühle",
        "diese Laufschuhe",
        "die Hülle",
    ],
    names: &["Jürgen Groß", "Käthe Müller", "Sören Weiß", "Anja Schäfer"],
    wrote: "Am Montag schrieb der Shop:",
};

const UKRAINIAN: Language = Language {
    greetings: &["Добрий день,", "Вітаю,", "Доброго ранку,"],
    sentences: &[
        "Де моя посилка із замовлення #?",
        "Відстеження не змінюється вже чотири дні.",
        "Я замовила товар два тижні тому, і досі нічого не прийшло.",
        "Замовлення # прийшло пошкодженим, коробка була розірвана.",
        "Прошу повернути кошти на картку.",
        "Чи можете надіслати рахунок на компанію?",
        "Хочу повернути %, бо не підходить розмір.",
        "Як змінити адресу доставки замовлення #?",
        "Промокод не спрацював у кошику.",
        "Скасуйте, будь ласка, замовлення до відправлення.",
        "Я пишу вже втретє, і ніхто не відповідає.",
        "Чи є % в іншому кольорі?",
        "Гроші зняли з картки двічі.",
    ],
    farewells: &["Дякую!", "З повагою,", "Гарного дня,"],
    subjects: &["Де замовлення #?", "Повернення коштів", "Скарга", "Рахунок до #", "Питання про %"],
    things: &["настільну лампу", "синю куртку", "кавомолку", "кросівки", "чохол"],
    names: &["Олена Ковальчук", "Тарас Їжакевич", "Ганна Шевченко", "Єгор Бондар"],
    wrote: "У понеділок магазин написав:",
};

pub(super) const LANGUAGES: [Language; 5] = [ENGLISH, POLISH, FRENCH, GERMAN, UKRAINIAN];

pub(super) fn name(language: &Language, random: &mut ChaCha8Rng) -> String {
    draw(language.names, random).to_owned()
}

pub(super) fn subject(language: &Language, random: &mut ChaCha8Rng) -> String {
    filled(draw(language.subjects, random), language, random)
}

/// A message: a quarter are a single sentence, as in a chat; most have a few; one in twenty-five is long and quotes what it
/// answers.
pub(super) fn message(language: &Language, random: &mut ChaCha8Rng) -> String {
    match random.random_range(0..100) {
        0..25 => filled(draw(language.sentences, random), language, random),
        25..80 => {
            let count = random.random_range(3..12);
            letter(language, count, random)
        }
        80..96 => {
            let count = random.random_range(12..30);
            letter(language, count, random)
        }
        _ => {
            let count = random.random_range(15..35);
            let mut out = letter(language, count, random);
            out.push_str("\n\n");
            out.push_str(language.wrote);
            for line in letter(language, count, random).lines() {
                out.push_str("\n> ");
                out.push_str(line);
            }
            out
        }
    }
}

fn letter(language: &Language, sentences: usize, random: &mut ChaCha8Rng) -> String {
    let mut out = draw(language.greetings, random).to_owned();
    for place in 0..sentences {
        out.push_str(if place % 4 == 0 { "\n\n" } else { " " });
        out.push_str(&filled(draw(language.sentences, random), language, random));
    }
    out.push_str("\n\n");
    out.push_str(draw(language.farewells, random));
    out.push('\n');
    out.push_str(draw(language.names, random));
    out
}

fn draw(texts: &[&'static str], random: &mut ChaCha8Rng) -> &'static str {
    texts.choose(random).copied().unwrap_or_default()
}

/// A sentence with numbers and things in it.
fn filled(sentence: &str, language: &Language, random: &mut ChaCha8Rng) -> String {
    let mut out = String::with_capacity(sentence.len() + 16);
    for c in sentence.chars() {
        match c {
            '#' => out.push_str(&random.random_range(10_000..1_000_000).to_string()),
            '%' => out.push_str(draw(language.things, random)),
            c => out.push(c),
        }
    }
    out
}
