//! `tamis apply` and `tamis export`: what goes in comes out, and nothing else changes.

use std::path::{Path, PathBuf};

use tempfile::{TempDir, tempdir};

use crate::server::Server;
use crate::support::{self, Run};

/// Two workflows of an account that the file states.
pub(crate) const SHOP: &str = "\
account: { id: shop, display_name: Shop, time_zone: Europe/Warsaw, locale: pl-PL }
workflows:
  - id: thanks
    display_name: Thanks
    all: [{ new_message: is }, { subject: { is: [dziękuję, merci] } }]
    actions: [{ assign_tag: happy }]
  - id: night
    display_name: Night
    all: [{ time_of_day: { is: 22:00-06:00 } }]
    actions: [{ send_message: { text: 'Good night, {{ customer_name | default: \"you\" }}' } }]
";

/// A server with nothing in it, and a folder for files.
pub(crate) struct Desk {
    pub(crate) server: Server,
    pub(crate) folder: TempDir,
}

impl Desk {
    pub(crate) fn open(args: &[&str]) -> Self {
        let folder = tempdir().expect("a folder");
        let server = Server::start(&folder.path().join("tamis.db"), args);
        Self { server, folder }
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("the file is written");
        path
    }

    pub(crate) fn apply(&self, file: &Path, args: &[&str]) -> Run {
        let file = file.display().to_string();
        let mut all = vec!["apply", &file, "--server", &self.server.address];
        all.extend(args);
        support::run(&all, "")
    }

    /// Runs a command about an account of the server.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        let mut all = args.to_vec();
        all.extend(["--server", &self.server.address]);
        support::run(&all, "")
    }

    pub(crate) fn export(&self, account: &str) -> String {
        let args = ["export", "--account", account, "--server", &self.server.address];
        support::run(&args, "").expect_code(0).stdout
    }
}

#[test]
fn an_export_is_taken_back_unchanged_and_comes_out_the_same() {
    let demo = Desk::open(&["--demo"]);
    let exported = demo.export("demo");
    assert_eq!(demo.export("demo"), exported, "an export is stable");

    let file = demo.file("demo.yaml", &exported);
    let checked = support::run(&["check", &file.display().to_string()], "").expect_code(0);
    assert!(checked.stdout.contains("0 errors"), "{}", checked.stdout);
    let before = revision(&demo.apply(&file, &["--account", "demo", "--dry-run"]).expect_code(0));
    let again = demo.apply(&file, &["--account", "demo"]).expect_code(0);
    assert!(again.stdout.starts_with("0 created, 0 updated, "), "{}", again.stdout);
    assert!(again.stdout.contains(", 0 deleted; "), "{}", again.stdout);
    assert_eq!(revision(&again), before, "a write that changes nothing makes no revision");

    let other = Desk::open(&[]);
    let first = other.apply(&file, &[]).expect_code(0);
    assert!(
        first.stdout.contains(" created, 0 updated, 0 unchanged, 0 deleted; revision 1"),
        "{}",
        first.stdout
    );
    assert_eq!(other.export("demo"), exported);

    let target = other.folder.path().join("out.yaml");
    let target_path = target.display().to_string();
    let args = ["export", "--account", "demo", "--server", &other.server.address, "-o", &target_path];
    assert_eq!(support::run(&args, "").expect_code(0).stdout, "");
    assert_eq!(std::fs::read_to_string(&target).expect("the file is written"), exported);
}

/// The revision that `apply` tells.
fn revision(run: &Run) -> u64 {
    let (_, revision) = run.stdout.rsplit_once("revision ").expect("a revision is told");
    revision.trim().parse().expect("a revision is a number")
}

#[test]
fn apply_replaces_or_merges_or_only_looks() {
    let mut desk = Desk::open(&[]);
    let shop = desk.file("shop.yaml", SHOP);
    let counts = |run: Run| run.expect_code(0).stdout;
    assert_eq!(
        counts(desk.apply(&shop, &["--dry-run"])),
        "would be 2 created, 0 updated, 0 unchanged, 0 deleted; revision 0\n"
    );
    assert_eq!(counts(desk.apply(&shop, &[])), "2 created, 0 updated, 0 unchanged, 0 deleted; revision 1\n");

    let one = desk.file(
        "one.yaml",
        "workflows:\n  - id: night\n    display_name: Late\n    all: [{ time_of_day: { is: 23:00-05:00 } }]\n    \
         actions: [{ assign_tag: late }]\n",
    );
    let merged = counts(desk.apply(&one, &["--account", "shop", "--merge", "--expected-revision", "1"]));
    assert_eq!(merged, "0 created, 1 updated, 0 unchanged, 0 deleted; revision 2\n");
    assert!(desk.export("shop").contains("id: thanks"));
    let stale = desk.apply(&one, &["--account", "shop", "--expected-revision", "1"]).expect_code(1);
    assert!(stale.stderr.contains("REVISION_MISMATCH"), "{}", stale.stderr);
    let replaced = counts(desk.apply(&one, &["--account", "shop"]));
    // It moves to the front, now that nothing stands before it.
    assert_eq!(replaced, "0 created, 1 updated, 0 unchanged, 1 deleted; revision 3\n");
    assert!(!desk.export("shop").contains("id: thanks"));

    let by_eve = counts(desk.apply(&shop, &["--actor", "eve"]));
    assert!(by_eve.contains("revision 4"), "{by_eve}");
    let odd = desk.apply(&shop, &["--actor", "Ève\n"]).expect_code(2);
    assert!(odd.stderr.contains("--actor"), "{}", odd.stderr);
    let log = desk.server.kill();
    assert!(log.contains("actor=\"tamis apply\"") && log.contains("actor=\"eve\""), "{log}");
}

#[test]
fn a_file_with_errors_is_not_sent() {
    let desk = Desk::open(&[]);
    let broken = desk.file("broken.yaml", &SHOP.replace("[dziękuję, merci]", "[' ', merci]"));
    let refused = desk.apply(&broken, &[]).expect_code(1);
    assert!(refused.stderr.contains("broken.yaml:5:50"), "{}", refused.stderr);
    assert!(refused.stderr.contains("1 error: nothing was sent"), "{}", refused.stderr);
    let missing =
        support::run(&["export", "--account", "shop", "--server", &desk.server.address], "").expect_code(1);
    assert!(missing.stderr.contains("ACCOUNT_NOT_FOUND"), "{}", missing.stderr);
}

#[test]
fn the_account_must_be_clear() {
    let desk = Desk::open(&[]);
    let shop = desk.file("shop.yaml", SHOP);
    let other = desk.apply(&shop, &["--account", "other"]).expect_code(2);
    assert!(other.stderr.contains("`other`") && other.stderr.contains("`shop`"), "{}", other.stderr);
    let (_, workflows) = SHOP.split_once('\n').expect("the file has lines");
    let bare = desk.file("bare.yaml", workflows);
    let none = desk.apply(&bare, &[]).expect_code(2);
    assert!(none.stderr.contains("--account"), "{}", none.stderr);
    let empty = desk.file("empty.yaml", "# nothing yet\n");
    let nothing = desk.apply(&empty, &["--account", "shop"]).expect_code(2);
    assert!(nothing.stderr.contains("neither an account nor workflows"), "{}", nothing.stderr);
    let missing = desk.apply(&bare, &["--account", "shop"]).expect_code(1);
    assert!(missing.stderr.contains("ACCOUNT_NOT_FOUND"), "{}", missing.stderr);
}

#[test]
fn a_file_without_an_account_is_checked_against_the_servers() {
    let desk = Desk::open(&[]);
    let shop = desk.file("shop.yaml", SHOP);
    desk.apply(&shop, &[]).expect_code(0);
    // 23:30 in Warsaw, and not yet 22:00 in UTC.
    let workflow = "\
workflows:
  - id: night
    display_name: Night
    all: [{ time_of_day: { is: 22:00-06:00 } }]
    actions: [{ assign_tag: late }]
    examples:
      - { must: match, now: 2026-06-01T21:30:00Z, ticket: { id: t }, change: { timer: true } }
";
    let file = desk.file("night.yaml", workflow);
    let alone = support::run(&["check", &file.display().to_string()], "").expect_code(1);
    assert!(alone.stdout.contains("night.yaml:7:"), "{}", alone.stdout);
    let shop = shop.display().to_string();
    support::run(&["check", "--account", &shop, &file.display().to_string()], "").expect_code(0);
    desk.apply(&file, &["--account", "shop", "--merge"]).expect_code(0);
}

#[test]
fn a_server_that_is_not_there_is_told_apart_from_an_address_that_is_none() {
    let folder = tempdir().expect("a folder");
    let mut server = Server::start(&folder.path().join("tamis.db"), &[]);
    let address = server.address.clone();
    server.kill();
    let gone = support::run(&["export", "--account", "shop", "--server", &address], "").expect_code(1);
    assert!(gone.stderr.contains(&format!("cannot reach a server at {address}")), "{}", gone.stderr);
    for (address, wanted) in [("ftp://localhost", "`ftp`"), ("http://[", "not an address")] {
        let wrong = support::run(&["export", "--account", "shop", "--server", address], "").expect_code(2);
        assert!(wrong.stderr.contains(wanted), "{}", wrong.stderr);
    }
}
