//! Receivers of every bad kind beside healthy ones; the same run as `cargo xtask bench webhooks`, only shorter. How much
//! the bad ones cost the others is for the bench to say: here other tests share the processor.

use std::process::Command;

#[test]
fn everything_arrives_that_can_under_one_id() {
    let output = Command::new(env!("CARGO_BIN_EXE_viral-engine-bench"))
        .args(["webhooks", "--deliveries", "270", "--seconds", "3"])
        .args(["--rate", "10", "--limit-ms", "1000"])
        .output()
        .expect("the run starts");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    assert!(output.status.success(), "{text}");
    assert!(
        text.contains("beside 270 deliveries to bad receivers"),
        "{text}"
    );
}
