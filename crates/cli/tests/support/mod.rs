//! Runs the built binary.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// How a run ended, and what it wrote.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The same, once it is certain that it ended with this code.
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// The binary, without anything of the environment that would change what it does.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tamis"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TAMIS_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs the binary to its end, with this on standard input.
pub(crate) fn run(args: &[&str], stdin: &str) -> Run {
    let mut command = command();
    command.args(args);
    finish(command, stdin)
}

/// Runs a command to its end, with this on standard input.
pub(crate) fn finish(mut command: Command, stdin: &str) -> Run {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let mut pipe = child.stdin.take().expect("standard input is a pipe");
    let text = stdin.to_owned();
    // On a thread of its own, so that neither side waits for the other when both pipes are full. A command that does
    // not read its input closes it, which is no error here.
    let writer = std::thread::spawn(move || pipe.write_all(text.as_bytes()).is_ok());
    let output = child.wait_with_output().expect("the command ends");
    writer.join().expect("the input is written");
    Run {
        code: output.status.code().expect("the command is not killed"),
        stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}
