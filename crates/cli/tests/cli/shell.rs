//! The command line itself: helps, completions and the manual.

use std::collections::BTreeSet;

use tempfile::tempdir;

use crate::support;

/// The commands that a help lists, those of other commands included, each with the words that call it.
fn commands(parents: &[String]) -> Vec<Vec<String>> {
    let help = help(parents);
    let listed = help.split("Commands:\n").nth(1).unwrap_or_default();
    let names = listed.lines().take_while(|line| line.starts_with("  "));
    // What is told about a command may go on in further lines, which are indented more.
    let names =
        names.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    let mut all = Vec::new();
    for name in names.filter(|name| *name != "help") {
        let words: Vec<String> = parents.iter().cloned().chain([name.to_owned()]).collect();
        all.extend(commands(&words));
        all.push(words);
    }
    all
}

fn help(words: &[String]) -> String {
    let args: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
    support::run(&args, "").expect_code(0).stdout
}

#[test]
fn every_help_has_examples_and_exit_codes() {
    let commands = commands(&[]);
    assert!(commands.len() > 15, "{commands:?}");
    for command in commands {
        let help = help(&command);
        let called = format!("  tamis {}", command.join(" "));
        for piece in ["Examples:", "Exit codes:", &called] {
            assert!(help.contains(piece), "{piece} is not in\n{help}");
        }
    }
}

#[test]
fn completions_know_every_command() {
    let commands: BTreeSet<String> =
        commands(&[]).into_iter().filter_map(|words| words.into_iter().next()).collect();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = support::run(&["completions", shell], "").expect_code(0).stdout;
        for command in &commands {
            assert!(script.contains(command.as_str()), "{command} is not in what {shell} is told");
        }
        assert!(script.contains("workflows"), "{shell}");
    }
    support::run(&["completions", "dos"], "").expect_code(2);
}

#[test]
fn the_manual_has_a_page_of_every_command() {
    let page = support::run(&["man"], "").expect_code(0).stdout;
    assert!(page.contains(".TH tamis 1"), "{page}");
    let folder = tempdir().expect("a folder");
    let pages = folder.path().join("man1");
    support::run(&["man", "--out", &pages.display().to_string()], "").expect_code(0);
    for command in commands(&[]) {
        let page = pages.join(format!("tamis-{}.1", command.join("-")));
        let text =
            std::fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        assert!(text.contains("Exit codes:"), "{text}");
    }
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("the file is written");
    let run = support::run(&["man", "--out", &file.display().to_string()], "").expect_code(2);
    assert!(run.stderr.contains("cannot write to"), "{}", run.stderr);
}
