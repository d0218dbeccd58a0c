//! `tamis keys`, `tamis history list`, and every other command against a service that asks who calls.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tamis_loadtest::{Access, AccessFiles, Account, Generated, LoadError, Plan, Target};
use tempfile::tempdir;

use crate::server::Server;
use crate::support::{self, Run};

/// Far longer than anything takes here: what exceeds it hangs.
const PATIENCE: Duration = Duration::from_secs(120);

const WORKFLOWS: &str = "\
workflows:
  - id: refund
    display_name: Refunds
    all: [{ source: { is: email } }]
    actions: [{ assign_tag: refund }]
";

const CHANGE: &str =
    r#"{"ticket": {"id": "1", "source": "email"}, "change": {"change_id": "c", "updated": {}}}"#;

/// Runs a command with a key in the environment.
fn with_key(key: &str, args: &[&str], stdin: &str) -> Run {
    let mut command = support::command();
    command.args(args).env("TAMIS_KEY", key);
    support::finish(command, stdin)
}

/// The text of a key that is made directly in the file of a store.
fn first_key(store: &Path) -> String {
    let store = store.display().to_string();
    let args = ["keys", "create", "--store", &store, "--role", "admin", "--all-accounts", "--name", "First"];
    let Run { stdout, stderr, .. } = support::run(&args, "").expect_code(0);
    assert!(stderr.contains("not shown again"), "{stderr}");
    stdout.trim().to_owned()
}

#[test]
fn keys_are_made_used_and_ended() {
    let folder = tempdir().expect("a folder");
    let store = folder.path().join("tamis.db");
    let admin = first_key(&store);
    let file = store.display().to_string();
    let listed = support::run(&["keys", "list", "--store", &file], "").expect_code(0).stdout;
    assert!(listed.contains("admin     *  First"), "{listed}");
    let missing = ["keys", "revoke", "--store", &file, "0000000000000000"];
    let refused = support::run(&missing, "").expect_code(1).stderr;
    assert!(refused.contains("no key"), "{refused}");

    let server = Server::start(&store, &["--authenticate"]);
    let at = |args: &[&'static str]| -> Vec<String> {
        let server = ["--server".to_owned(), server.address.clone()];
        args.iter().map(ToString::to_string).chain(server).collect()
    };
    let run = |key: &str, args: &[&'static str], stdin: &str| {
        let args = at(args);
        with_key(key, &args.iter().map(String::as_str).collect::<Vec<_>>(), stdin)
    };
    let in_use = ["keys", "list", "--store", &file];
    support::run(&in_use, "").expect_code(2);

    let account = format!("account: {{ id: shop, time_zone: Europe/Warsaw, locale: pl-PL }}\n{WORKFLOWS}");
    run(&admin, &["apply", "-"], &account).expect_code(0);
    let create = |role: &'static str| {
        let args = ["keys", "create", "--account", "shop", "--expires", "90d", "--role", role];
        run(&admin, &args, "").expect_code(0).stdout.trim().to_owned()
    };
    let (evaluate, edit) = (create("evaluate"), create("edit"));
    let decide = ["evaluate", "--account", "shop", "--output", "json"];
    let decided = run(&evaluate, &decide, CHANGE).expect_code(0).stdout;
    assert!(decided.contains("refund"), "{decided}");
    let refused = run(&evaluate, &["export", "--account", "shop"], "").expect_code(1).stderr;
    assert!(refused.contains("PERMISSION_DENIED"), "{refused}");
    let refused = run(&edit, &["export", "--account", "other"], "").expect_code(1).stderr;
    assert!(refused.contains("ACCOUNT_NOT_FOUND"), "{refused}");
    let refused = run("", &decide, CHANGE).expect_code(1).stderr;
    assert!(refused.contains("UNAUTHENTICATED"), "{refused}");
    let changed = WORKFLOWS.replace("Refunds", "All refunds");
    run(&edit, &["apply", "-", "--account", "shop", "--actor", "anna"], &changed).expect_code(0);

    let key_file = folder.path().join("edit.key");
    std::fs::write(&key_file, format!("{edit}\n")).expect("the file is written");
    let key_file = key_file.display().to_string();
    let audit =
        ["history", "list", "--account", "shop", "--server", &server.address, "--key-file", &key_file];
    let told = support::run(&audit, "").expect_code(0).stdout;
    let edit_id = edit.split('_').nth(1).expect("an id");
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 2, "{told}");
    assert!(lines[0].contains(&format!("ImportWorkflows  key:{edit_id} for anna  put refund")), "{told}");
    assert!(lines[1].contains("account written; put refund"), "{told}");
    let told = run(&admin, &["history", "list", "--account", "tamis/keys", "--output", "json"], "")
        .expect_code(0)
        .stdout;
    assert_eq!(told.matches("CreateKey").count(), 3, "{told}");

    let evaluate_id = evaluate.split('_').nth(1).expect("an id").to_owned();
    let revoke = ["keys", "revoke", &evaluate_id, "--server", &server.address];
    with_key(&admin, &revoke, "").expect_code(0);
    let refused = run(&evaluate, &decide, CHANGE).expect_code(1).stderr;
    assert!(refused.contains("UNAUTHENTICATED"), "{refused}");
}

#[test]
fn keys_that_make_no_sense_are_refused() {
    let folder = tempdir().expect("a folder");
    let store = folder.path().join("tamis.db").display().to_string();
    let cases: [(&[&str], i32, &str); 5] = [
        (&["--role", "owner", "--account", "a"], 2, "no role"),
        (&["--role", "edit"], 2, "--account"),
        (&["--role", "edit", "--account", "a", "--all-accounts"], 2, "--all-accounts"),
        (&["--role", "edit", "--account", "a", "--expires", "0d"], 2, "above 0"),
        (&["--role", "edit", "--account", "a/b"], 1, "key.account_ids[0]"),
    ];
    for (args, code, wanted) in cases {
        let mut all = vec!["keys", "create", "--store", &store];
        all.extend(args);
        let Run { stdout, stderr, .. } = support::run(&all, "").expect_code(code);
        assert_eq!(stdout, "");
        assert!(stderr.contains(wanted), "{args:?}: {stderr}");
    }
}

/// Makes an authority and a certificate for `localhost`, and writes them, with the key of the certificate.
fn certify(folder: &Path, ca: &str) {
    let mut parameters = CertificateParams::default();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate().expect("a key"));
    let issuer = issuer.expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let parameters = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    let cert = parameters.signed_by(&key, &issuer).expect("a certificate");
    let write =
        |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("the file is written");
    write(ca, &issuer.pem());
    write("cert.pem", &cert.pem());
    write("key.pem", &key.serialize_pem());
}

#[test]
fn certificates_are_read_again_while_the_service_runs() {
    let folder = tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    certify(folder.path(), "one.pem");
    let (cert, key) = (path("cert.pem"), path("key.pem"));
    let tls = ["--demo", "--tls-cert", &cert, "--tls-key", &key];
    let mut server = Server::start(&folder.path().join("tamis.db"), &tls);
    assert!(server.address.starts_with("https://"), "{}", server.address);
    let address = server.address.clone();
    let export = |ca: &str| {
        let ca = path(ca);
        let args =
            ["export", "--account", "demo", "--server", &address, "--server-name", "localhost", "--ca", &ca];
        support::run(&args, "").code
    };
    assert_eq!(export("one.pem"), 0);
    certify(folder.path(), "two.pem");
    server.signal("HUP");
    let begun = Instant::now();
    while export("two.pem") != 0 {
        assert!(begun.elapsed() < PATIENCE, "the certificate is not read again:\n{}", server.kill());
    }
    assert_eq!(export("one.pem"), 1, "what is new counts alone");
}

#[test]
fn a_secured_service_is_put_under_load_by_whoever_may_call_it() {
    let folder = tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    certify(folder.path(), "ca.pem");
    let store = path("tamis.db").display().to_string();
    let create = ["keys", "create", "--store", &store, "--role", "evaluate", "--account", "demo"];
    let key = support::run(&create, "").expect_code(0).stdout;
    std::fs::write(path("demo.key"), key).expect("the file is written");
    let (cert, key) = (path("cert.pem").display().to_string(), path("key.pem").display().to_string());
    let secured = ["--demo", "--authenticate", "--tls-cert", &cert, "--tls-key", &key];
    let server = Server::start(&path("tamis.db"), &secured);
    let target: Target =
        server.address.trim_start_matches("https://").parse().expect("an address with a port");
    let run = |key: Option<&str>| {
        let files = AccessFiles {
            key: key.map(path),
            ca: Some(path("ca.pem")),
            server_name: "localhost".to_owned(),
            client: None,
        };
        let accounts = vec![Account { id: "demo".to_owned(), weight: 1 }];
        let plan = Plan {
            access: Access::read(&files).expect("the files are of use"),
            calls_max: Some(50),
            warmup: Duration::ZERO,
            connections: 2,
            streams: 2,
            ..Plan::new(target.clone(), Generated { accounts, requests: 16, seed: 1 }.mix())
        };
        tamis_loadtest::run(&plan, &mut |_| ControlFlow::Continue(()))
    };
    let calls = run(Some("demo.key")).expect("the load is put on").calls;
    assert_eq!((calls.answered, calls.failed), (50, 0));
    match run(None) {
        Err(LoadError::FirstCall { reason, .. }) => assert_eq!(reason, "UNAUTHENTICATED"),
        other => panic!("{other:?}"),
    }
}
