//! Instructions by function, as valgrind's tool callgrind counts them.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::figures::float;
use crate::symbols::crate_of;

/// The number of crates in a summary, and of functions for each of them.
const CRATES_SHOWN: usize = 14;
const FUNCTIONS_SHOWN: usize = 3;

/// Instructions by function, without those of the functions that it calls.
#[derive(Debug, Default)]
pub(crate) struct Costs(HashMap<String, usize>);

impl Costs {
    /// Reads a profile of callgrind: after a line with a function's name come lines of a position and a cost
    /// (<https://valgrind.org/docs/manual/cl-format.html>). The line after `calls=` has the cost of the called function.
    pub(crate) fn read(text: &str) -> Self {
        let mut functions: HashMap<String, usize> = HashMap::new();
        let (mut function, mut is_call) = ("", false);
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("fn=") {
                function = name;
            } else if line.starts_with("calls=") {
                is_call = true;
            } else if line.starts_with(|first: char| first.is_ascii_digit()) && !std::mem::take(&mut is_call)
            {
                let cost = line.split(' ').nth(1).and_then(|cost| cost.parse::<usize>().ok());
                let name = format!("{:#}", rustc_demangle::demangle(function));
                *functions.entry(name).or_default() += cost.unwrap_or_default();
            }
        }
        Self(functions)
    }

    /// Returns all instructions.
    pub(crate) fn total(&self) -> usize {
        self.0.values().sum()
    }

    /// Returns the instructions that `other` does not have.
    pub(crate) fn minus(&self, other: &Self) -> Self {
        let rest = |(name, cost): (&String, &usize)| {
            (name.clone(), cost.saturating_sub(other.0.get(name).copied().unwrap_or_default()))
        };
        Self(self.0.iter().map(rest).collect())
    }

    /// Writes the crates with the greatest cost for an event, each with its costliest functions.
    pub(crate) fn write(&self, text: &mut String, title: &str, events: usize) {
        let total = self.total() / events;
        let _ = writeln!(text, "{title}: {total} instructions"); // a String takes everything
        let mut crates: HashMap<&str, Vec<(&str, usize)>> = HashMap::new();
        for (function, cost) in &self.0 {
            crates.entry(crate_of(function)).or_default().push((function, cost / events));
        }
        let mut crates: Vec<_> = crates
            .into_iter()
            .map(|(name, mut functions)| {
                functions.sort_by_key(|(_, cost)| std::cmp::Reverse(*cost));
                (name, functions.iter().map(|(_, cost)| cost).sum::<usize>(), functions)
            })
            .collect();
        crates.sort_by_key(|(_, cost, _)| std::cmp::Reverse(*cost));
        for (name, cost, functions) in crates.into_iter().take(CRATES_SHOWN) {
            let _ = writeln!(text, "  {:5.1} %  {cost:9}  {name}", 100.0 * float(cost) / float(total));
            for (function, cost) in functions.into_iter().take(FUNCTIONS_SHOWN) {
                let short: String = function.chars().take(100).collect();
                let _ = writeln!(text, "           {cost:9}    {short}");
            }
        }
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_of_a_called_function_counts_once() {
        let text = "fn=main\n1 10\ncalls=1 5\n2 300\n3 5\nfn=called\n5 300\n";
        let costs = Costs::read(text);
        assert_eq!((costs.0["main"], costs.0["called"], costs.total()), (15, 300, 315));
        let rest = costs.minus(&Costs::read("fn=called\n5 200\n"));
        assert_eq!((rest.0["main"], rest.0["called"]), (15, 100));
    }
}
