//! Folding gives what the steps of the contract give one by one, whichever way the machine takes.

#![no_main]

use tamis_engine::fold::Folding;
use tamis_fuzz::TEXTS;

tamis_fuzz::target!(check, seeds);

fn seeds() -> Vec<String> {
    TEXTS.iter().flat_map(|text| [(*text).to_owned(), text.repeat(9)]).collect()
}

fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    for (case_sensitive, accent_sensitive) in [(false, false), (true, false), (false, true), (true, true)] {
        let folding = Folding { case_sensitive, accent_sensitive };
        let expected = folding.fold_exactly(&text);
        assert_eq!(folding.fold(&text), expected, "{folding:?}");
        // What stands before it stays, and nothing composes with it.
        let mut after = "e ".to_owned();
        folding.fold_into(&text, &mut after);
        assert_eq!(after.strip_prefix("e "), Some(&*expected), "{folding:?}");
    }
}
