//! Reads situations as JSON lines and writes the key of what comes next for each: for the comparison with the runbook's
//! transition function in Python.

use std::io::{self, BufRead, Write};

use remediation::{Attempts, Consent, Direction, Memory, Observation, Plan, Situation, next};
use serde::Deserialize;

#[derive(Deserialize)]
struct Line {
    plan: Plan,
    observation: Observation,
    memory: Memory,
    attempts: Attempts,
    consent: Consent,
    direction: Direction,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let Line { plan, observation, memory, attempts, consent, direction } = serde_json::from_str(&line?)?;
        let situation = Situation {
            plan: &plan,
            observation: &observation,
            memory: &memory,
            attempts: &attempts,
            consent,
            direction,
        };
        writeln!(output, "{}", next(situation).key())?;
    }
    Ok(())
}
