//! The distinct situations of the explorations as JSON lines, for the comparison with another implementation.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::case::Case;
use crate::decision::{Decisions, Key};
use crate::{names, picture, search};

/// The lines of one case at most; more are sampled evenly.
const LINES: usize = 8_000;

/// Writes one line with the plan of each case, and one for each situation with the key of what comes next.
pub(crate) fn write(cases: &[Case]) -> (PathBuf, usize) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("situations.jsonl");
    let mut file = BufWriter::new(std::fs::File::create(&path).unwrap());
    let mut lines = 0;
    for case in cases {
        let mut decisions = Decisions::new(case);
        search::explore(case, &mut decisions);
        let plan = json!({"case": case.name, "plan": decisions.plan});
        writeln!(file, "{plan}").unwrap();
        let keys: Vec<&Key> = decisions.taken.keys().collect();
        let step = keys.len().div_ceil(LINES);
        for key in keys.iter().step_by(step) {
            let line = json!({
                "case": case.name,
                "observation": picture::observation(case, &key.dms),
                "memory": key.memory.real(key.run),
                "attempts": key.attempts.real(),
                "consent": key.consent,
                "direction": key.direction,
                "run": names::run(key.run),
                "next": decisions.real(key).key(),
            });
            writeln!(file, "{line}").unwrap();
            lines += 1;
        }
    }
    (path, lines)
}
