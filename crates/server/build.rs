//! Tells the binary which commit it was built from, for the About page: VIRAL_ENGINE_COMMIT when it is set
//! (a build without the repository's history), else what git says.

use std::process::Command;

fn main() {
    println!("cargo:rerun-if-env-changed=VIRAL_ENGINE_COMMIT");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../../.git/logs/HEAD");
    let given = std::env::var("VIRAL_ENGINE_COMMIT").ok();
    let commit = given.filter(|commit| !commit.is_empty()).or_else(ask_git);
    println!(
        "cargo:rustc-env=VIRAL_ENGINE_COMMIT={}",
        commit.as_deref().unwrap_or("unknown")
    );
}

fn ask_git() -> Option<String> {
    let git = Command::new("git")
        .args(["rev-parse", "--short=12", "HEAD"])
        .output()
        .ok()?;
    let commit = String::from_utf8(git.stdout).ok()?.trim().to_owned();
    (git.status.success() && !commit.is_empty()).then_some(commit)
}
