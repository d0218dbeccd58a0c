//! `tamis export --update`: a file that is kept by hand follows its account.

use std::path::Path;

use crate::apply::Desk;

/// A file as somebody keeps it.
const KEPT: &str = "\
# Ask Ana first.
account: { id: shop, time_zone: Europe/Warsaw, locale: pl-PL }

workflows:
  # About a.
  - id: a
    display_name: A # the first
    all: [{ source: { is: mail } }]
    actions: [{ assign_tag: x }] # or y?

  # About b.
  - display_name: B
    id: b
    all: [{ source: { is: mail } }]
    actions: [{ assign_tag: x }]

  # About c.
  - { id: c, display_name: C, all: [{ source: { is: mail } }], actions: [{ assign_tag: x }] }
# The end.
";

/// The account as somebody else writes it: ids with their tags, and perhaps positions.
fn other(workflows: &[(&str, &str, Option<u32>)]) -> String {
    let workflows = workflows.iter().map(|(id, tag, position)| {
        let position = position.map(|position| format!(", position: {position}")).unwrap_or_default();
        let name = id.to_uppercase();
        format!(
            "  - {{ id: {id}, display_name: {name}{position}, all: [{{ source: {{ is: mail }} }}], \
             actions: [{{ assign_tag: {tag} }}] }}\n"
        )
    });
    let account = "account: { id: shop, time_zone: Europe/Warsaw, locale: en-GB }";
    let workflows: String = workflows.collect();
    if workflows.is_empty() { account.to_owned() } else { format!("{account}\nworkflows:\n{workflows}") }
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).expect("the file is read")
}

fn update(desk: &Desk, file: &Path, code: i32) -> String {
    let file = file.display().to_string();
    desk.run(&["export", "--account", "shop", "--update", &file]).expect_code(code).stderr
}

#[test]
fn a_file_follows_its_account_and_keeps_what_is_said_in_it() {
    let desk = Desk::open(&[]);
    let kept = desk.file("kept.yaml", KEPT);
    desk.apply(&kept, &[]).expect_code(0);
    assert!(update(&desk, &kept, 0).contains("kept.yaml: already at revision 1"));
    assert_eq!(read(&kept), KEPT);

    desk.apply(
        &desk.file(
            "other.yaml",
            &other(&[("a", "x", None), ("b", "z", None), ("c", "x", None), ("d", "x", None)]),
        ),
        &[],
    )
    .expect_code(0);
    assert!(update(&desk, &kept, 0).contains("kept.yaml: updated to revision 2"));
    let wanted = KEPT
        .replace("locale: pl-PL", "locale: en-GB")
        .replace("actions: [{ assign_tag: x }]\n\n  # About c", "actions: [{ assign_tag: z }]\n\n  # About c")
        .replace(
            "# The end",
            "\n  - id: d\n    display_name: D\n    all:\n      - source: { is: mail }\n    actions:\n      - assign_tag: x\n# The end",
        );
    assert_eq!(read(&kept), wanted);
    let found = std::fs::read_dir(desk.folder.path()).expect("the folder is read");
    let names = found.map(|found| found.expect("a name").file_name().into_string().expect("UTF-8"));
    let mut names: Vec<String> = names.filter(|name| !name.starts_with("tamis.db")).collect();
    names.sort();
    assert_eq!(names, ["kept.yaml", "other.yaml"], "nothing is left behind");
}

#[test]
fn whatever_becomes_of_the_account_the_updated_file_says_the_same() {
    let desk = Desk::open(&[]);
    let kept = desk.file("kept.yaml", KEPT);
    desk.apply(&kept, &[]).expect_code(0);
    let shuffled =
        desk.file("shuffled.yaml", &other(&[("c", "x", Some(3)), ("a", "x", Some(1)), ("b", "x", Some(2))]));
    let bare = desk.file("bare.yaml", KEPT.split_once("\n\n").expect("the file has parts").1);
    let steps: [&[(&str, &str, Option<u32>)]; 9] = [
        &[("c", "x", None), ("a", "x", None), ("b", "x", None)],
        &[("c", "x", None), ("b", "y", None)],
        &[("c", "x", Some(5)), ("e", "x", Some(6)), ("b", "y", Some(1_000_000))],
        &[("e", "x", None), ("b", "y", None), ("c", "x", None), ("a", "x", None)],
        &[("f", "x", Some(9)), ("e", "x", Some(9)), ("b", "y", Some(9)), ("a", "x", Some(8))],
        &[],
        &[("a", "x", None)],
        &[("b", "x", None), ("a", "x", None), ("c", "x", None)],
        &[("a", "x", None), ("c", "y", Some(1)), ("b", "x", None)],
    ];
    for step in steps {
        desk.apply(&desk.file("other.yaml", &other(step)), &[]).expect_code(0);
        for file in [&kept, &shuffled, &bare] {
            update(&desk, file, 0);
            let text = read(file);
            let name = file.display().to_string();
            if step.is_empty() && file == &bare {
                // A file that says nothing at all is refused, lest it removes everything.
                continue;
            }
            let planned = desk.run(&["plan", &name, "--account", "shop", "--exit-code"]);
            assert_eq!(planned.code, 0, "{step:?}\n{text}\n{}{}", planned.stdout, planned.stderr);
            assert!(update(&desk, file, 0).contains("already at"), "{step:?}");
            assert_eq!(read(file), text, "{step:?}");
        }
        assert!(read(&kept).starts_with("# Ask Ana first.\n") && read(&kept).ends_with("# The end.\n"));
        assert!(!read(&bare).contains("account:"), "what a file does not say it need not say");
    }
}

#[test]
fn a_file_that_cannot_be_updated_is_left_as_it_is() {
    let desk = Desk::open(&[]);
    desk.apply(&desk.file("kept.yaml", KEPT), &[]).expect_code(0);
    for (text, reason) in [
        ("workflows: [", "cannot be read"),
        ("workflows: [{ id: a, odd: 1 }]", "cannot be read"),
        ("account: { id: other }", "holds the account `other`"),
        ("workflows: [{ id: a }, { id: a }]", "two workflows with the id `a`"),
        ("{ \"workflows\": [] }", "between braces"),
    ] {
        let file = desk.file("odd.yaml", text);
        let refused = update(&desk, &file, 2);
        assert!(refused.contains(reason), "{text}: {refused}");
        assert_eq!(read(&file), text);
    }
    let missing = update(&desk, &desk.folder.path().join("missing.yaml"), 2);
    assert!(missing.contains("cannot read"), "{missing}");
    assert!(update(&desk, Path::new("-"), 2).contains("standard input"));
}
