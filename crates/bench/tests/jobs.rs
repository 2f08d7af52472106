//! Real worker processes are killed, frozen and left without a database while they run thousands of jobs; the same
//! run as `cargo xtask bench jobs-crash`, only shorter.

use std::process::Command;

#[test]
fn no_job_is_lost_or_done_twice_under_kills() {
    let output = Command::new(env!("CARGO_BIN_EXE_viral-engine-bench"))
        .args(["jobs-crash", "--jobs", "2000", "--kills", "10"])
        .args(["--database-kills", "1", "--poison", "3"])
        .output()
        .expect("the run starts");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("| 2000 | 10 | 1 |"), "{text}");
}
