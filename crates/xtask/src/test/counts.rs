//! Reads how many tests a runner ran out of what it printed.

use std::ops::AddAssign;

/// How many checks passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u32,
    pub failed: u32,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Counts {
    /// One check.
    pub fn one(passed: bool) -> Self {
        Self {
            passed: u32::from(passed),
            failed: u32::from(!passed),
        }
    }

    /// `succeeded` is what the runner's exit code says. A runner that failed without a failed test (it did not
    /// compile, it crashed) or that ran nothing counts as one failure, so that nothing can pass by not running.
    pub fn judged(mut self, succeeded: bool) -> Self {
        if self.failed == 0 && (!succeeded || self.passed == 0) {
            self.failed = 1;
        }
        self
    }

    /// Adds up the `test result: ok. 3 passed; 1 failed; …` lines of cargo test.
    pub fn of_cargo_test(output: &str) -> Self {
        let results = output
            .lines()
            .filter_map(|line| line.trim().strip_prefix("test result: "));
        let mut counts = Self::default();
        for result in results {
            counts += Self {
                passed: number_before(result, " passed"),
                failed: number_before(result, " failed"),
            };
        }
        counts
    }

    /// The `# pass 3` and `# fail 1` lines at the end of a TAP report of Node.
    pub fn of_tap(output: &str) -> Self {
        let last = |label: &str| {
            let mut lines = output.lines().rev();
            let number =
                lines.find_map(|line| line.trim().strip_prefix(label)?.trim().parse().ok());
            number.unwrap_or(0)
        };
        Self {
            passed: last("# pass "),
            failed: last("# fail ") + last("# cancelled "),
        }
    }
}

/// The number that stands right before `label`.
fn number_before(text: &str, label: &str) -> u32 {
    let before = text.split(label).next().unwrap_or_default();
    let digits = before
        .rsplit(|c: char| !c.is_ascii_digit())
        .next()
        .unwrap_or_default();
    match text.contains(label) {
        true => digits.parse().unwrap_or(0),
        false => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_results_of_all_test_binaries_add_up() {
        let output = "running 2 tests\ntest result: ok. 12 passed; 0 failed; 0 ignored; 0 measured\n\
                      test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured\n";
        assert_eq!(
            Counts::of_cargo_test(output),
            Counts {
                passed: 15,
                failed: 2
            }
        );
        assert_eq!(
            Counts::of_cargo_test("error: could not compile"),
            Counts::default()
        );
    }

    #[test]
    fn a_tap_report_is_read_at_its_end() {
        let output =
            "ok 1 - first\n# tests 9\n# suites 0\n# pass 7\n# fail 1\n# cancelled 1\n# skipped 0\n";
        assert_eq!(
            Counts::of_tap(output),
            Counts {
                passed: 7,
                failed: 2
            }
        );
    }

    #[test]
    fn a_runner_that_crashed_or_ran_nothing_has_failed() {
        let passed = Counts {
            passed: 4,
            failed: 0,
        };
        assert_eq!(passed.judged(true), passed);
        assert_eq!(passed.judged(false).failed, 1);
        assert_eq!(Counts::default().judged(true).failed, 1);
        assert_eq!(
            Counts {
                passed: 1,
                failed: 3
            }
            .judged(false)
            .failed,
            3
        );
    }
}
