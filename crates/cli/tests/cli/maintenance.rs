//! `tamis migrate`, `tamis backup` and `tamis restore` on files. Databases are the fleet's tests in `tamis-server`.

use std::path::Path;

use tempfile::tempdir;

use crate::server::Server;
use crate::support::run;

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn a_store_is_made_again_from_its_backup() {
    let folder = tempdir().expect("a folder");
    let path = |name: &str| text(&folder.path().join(name));
    let (store, backup, restored) = (path("tamis.db"), path("tamis.backup"), path("restored.db"));
    let export = |store: &str| {
        let server = Server::start(Path::new(store), &[]);
        run(&["export", "--server", &server.address, "--account", "demo"], "").expect_code(0).stdout
    };
    // While it is served, and while it is not.
    let server = Server::start(Path::new(&store), &["--demo"]);
    let served = path("served.backup");
    let said = run(&["backup", "--store", &store, &served], "").expect_code(0).stdout;
    assert_eq!(said, format!("{served}: accounts 1, revisions 1\n"));
    server.signal("TERM");
    assert!(server.wait().0.success());
    let said = run(&["backup", "--store", &store, &backup], "").expect_code(0).stdout;
    assert_eq!(said, format!("{backup}: accounts 1, revisions 1\n"));
    let bytes = |path: &str| std::fs::read(path).expect("the backup");
    assert_eq!(bytes(&backup), bytes(&served));
    run(&["backup", "--store", &store, &backup], "").expect_code(2);
    let said = run(&["restore", &backup, "--store", &restored], "").expect_code(0).stdout;
    assert_eq!(said, format!("{restored}: accounts 1, revisions 1\n"));
    let refused = run(&["restore", &backup, "--store", &restored], "").expect_code(1);
    assert!(refused.stderr.contains("not empty"), "{}", refused.stderr);
    assert_eq!(export(&restored), export(&store));

    let mut bytes = std::fs::read(&backup).expect("the backup");
    bytes.truncate(bytes.len() - 1);
    std::fs::write(&backup, bytes).expect("the backup is cut short");
    let other = path("other.db");
    let refused = run(&["restore", &backup, "--store", &other], "").expect_code(1);
    assert!(refused.stderr.contains("damaged"), "{}", refused.stderr);
    assert!(!Path::new(&other).exists(), "a store was made of a backup that is not whole");
}

#[test]
fn a_store_is_migrated_once() {
    let folder = tempdir().expect("a folder");
    let store = text(&folder.path().join("tamis.db"));
    let said = run(&["migrate", "--store", &store], "").expect_code(0).stdout;
    assert_eq!(said, format!("{store}: made, with format 2\n"));
    let said = run(&["migrate", "--store", &store], "").expect_code(0).stdout;
    assert_eq!(said, format!("{store}: has format 2 already\n"));
}

#[test]
fn a_database_that_is_wrong_or_away_is_named_without_its_password() {
    let cases: [(&[&str], &str); 4] = [
        (&["migrate", "--store", "postgres://ana:geheim@127.0.0.1:1/tamis"], "postgres://127.0.0.1:1/tamis"),
        (&["migrate", "--store", "postgres://ana:geheim@127.0.0.1:1/tamis?sslmode=maybe"], "sslmode"),
        (&["serve", "--store", "postgres://ana:geheim@127.0.0.1:port/tamis"], "store: "),
        (
            &["backup", "--store", "postgres://ana:geheim@127.0.0.1:1/tamis", "/tmp/absent.backup"],
            "cannot be reached",
        ),
    ];
    for (args, wanted) in cases {
        let refused = run(args, "").expect_code(2);
        assert!(refused.stderr.contains(wanted), "{args:?}: {wanted} is not in\n{}", refused.stderr);
        assert!(!refused.stderr.contains("geheim"), "{}", refused.stderr);
    }
}
