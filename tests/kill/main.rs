//! The binary and a disk that fails it, by strace: killed before any disk call, or told that the disk is full or broken.
//! Whatever happened, the same command once more ends in the same rows.
//!
//! `cargo test` breaks a sample of all calls. `TRIBUTARY_KILL=every` breaks every one of them; see CONTRIBUTING.md.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod dump;
mod shop;
mod strace;

use std::collections::BTreeMap;

use dump::{damages, difference, dump};
use shop::{Step, story};
use strace::{Harm, assert_may_trace, counted, harmed, unknown_calls};

/// How many calls of one kind are broken in one command and one way by the short version: 12 commands with 5 kinds of
/// calls in 5 ways, at 2 points each, are 600 points, and 100 more for kills between statements; a fifth of a second each,
/// two at a time: a good minute.
const SAMPLE: u64 = 2;

/// The numbers of the calls to break, of so many: all, or a few that are spread over them. Each command and way begins
/// at another offset.
fn chosen(call: &str, count: u64, harm: Harm, offset: u64) -> Vec<u64> {
    let is_every = std::env::var("TRIBUTARY_KILL").is_ok_and(|which| which == "every");
    // A statement's rows are in the log when it is synced: a kill there falls between two statements, and an order of
    // writing that is wrong shows nowhere else.
    let is_between_statements = harm == Harm::Killed && matches!(call, "fsync" | "fdatasync");
    if is_every || is_between_statements || count <= SAMPLE {
        return (1..=count).collect();
    }
    let stride = count / SAMPLE;
    (0..SAMPLE).map(|place| 1 + place * stride + (offset + place * 3) % stride).collect()
}

/// Breaks one call of one command; says what is wrong afterwards, if anything is.
fn broken(step: &Step, call: &str, nth: u64, harm: Harm) -> Vec<String> {
    let desk = step.desk();
    let tributary = desk.tributary();
    let (said, is_hit) = harmed(&tributary, &step.words(), call, nth, harm, &desk.trace());
    let mut wrong = Vec::new();
    if !is_hit {
        wrong.push("was not reached, so that nothing was broken".to_owned());
    }
    // (1) What was left is whole, as far as it goes.
    let left = desk.copy();
    wrong.extend(damages(&left.database()));
    // (2) Nobody is told that something was done which was not.
    let left = dump(&left.database());
    if said.code == 0 && left == step.before {
        wrong.push("nothing was committed, and the exit code is 0".to_owned());
    } else if let (0, Some(difference)) = (said.code, difference(&left, &step.after)) {
        wrong.push(format!("the exit code is 0, but {difference}"));
    }
    // (3) The same again, undisturbed, ends as if nothing had happened.
    let again = tributary.run(&step.words()).unwrap();
    if again.code != 0 {
        wrong.push(format!("the same again ends with {}: {}", again.code, again.err.trim()));
    }
    wrong.extend(difference(&dump(&desk.database()), &step.after));
    wrong.extend(damages(&desk.database()));
    let verified = tributary.run(&["verify"]).unwrap();
    if verified.code != 0 {
        let first = verified.out.lines().chain(verified.err.lines()).next().unwrap_or_default();
        wrong.push(format!("verify ends with {}: {first}", verified.code));
    }
    if !wrong.is_empty() {
        wrong.push(format!("the broken run ended with {}: {}", said.code, said.err.trim()));
    }
    wrong
}

/// Breaks all commands of the story in some ways.
fn assert_made_up_for(harms: &[Harm]) {
    assert_may_trace();
    let (mut failures, mut broken_points) = (Vec::new(), 0);
    for (step_number, step) in (0..).zip(story()) {
        let (said, calls) = {
            let desk = step.desk();
            let counted = counted(&desk.tributary(), &step.words(), &desk.trace());
            assert_eq!(difference(&dump(&desk.database()), &step.after), None, "{}, undisturbed", step.name);
            counted
        };
        assert_eq!(said.code, 0, "{}, undisturbed: {said:?}", step.name);
        let mut points: BTreeMap<&str, usize> = BTreeMap::new();
        for (harm_number, harm) in (0..).zip(harms) {
            for (call, count) in &calls {
                for nth in chosen(call, *count, *harm, step_number * 5 + harm_number * 7) {
                    *points.entry(call).or_default() += 1;
                    let wrong = broken(step, call, nth, *harm);
                    if !wrong.is_empty() {
                        failures.push(format!("{}, {call} {nth}, {harm:?}:\n  {}", step.name, wrong.join("\n  ")));
                    }
                }
            }
        }
        println!("{}: {points:?} of {calls:?}, by {harms:?}", step.name);
        broken_points += points.values().sum::<usize>();
    }
    println!("{broken_points} points, by {harms:?}");
    let first: Vec<String> = failures.iter().take(10).cloned().collect();
    assert!(failures.is_empty(), "{} points, of which the first are:\n{}", failures.len(), first.join("\n"));
}

#[test]
fn a_command_that_is_killed_before_any_disk_call_is_made_up_for_by_the_same_command() {
    assert_made_up_for(&[Harm::Killed]);
}

#[test]
fn a_command_on_a_full_disk_says_so_and_is_made_up_for_by_the_same_command() {
    assert_made_up_for(&[Harm::FailsOnce("ENOSPC"), Harm::FailsFromThenOn("ENOSPC")]);
}

#[test]
fn a_command_on_a_broken_disk_says_so_and_is_made_up_for_by_the_same_command() {
    assert_made_up_for(&[Harm::FailsOnce("EIO"), Harm::FailsFromThenOn("EIO")]);
}

#[test]
fn no_call_that_changes_a_file_is_left_unbroken() {
    assert_may_trace();
    for step in story() {
        let desk = step.desk();
        let unknown = unknown_calls(&desk.tributary(), &step.words(), &desk.folder(), &desk.trace());
        assert!(unknown.is_empty(), "{}: are {unknown:?} harmless, or to be broken?", step.name);
    }
}
