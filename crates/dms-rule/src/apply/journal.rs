//! The journal of a run: a file of lines of JSON beside the plan, each on the disk before the call that it is about.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use chrono::{SecondsFormat, Utc};
use remediation::formats::shown;
use remediation::{Action, Direction, End, Interruption, Memory, Plan, Side};
use report::quoted;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// An entry of a journal, about one moment.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "entry", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum Entry {
    /// A run begins.
    Run {
        /// The id of the run.
        run: String,
        /// The ARN of the old instance.
        instance: String,
        /// The name of the new instance.
        target: String,
        /// The checksum of the plan.
        plan: String,
    },
    /// The run goes on with a newer plan for the same instances.
    Plan {
        /// The checksum of the plan.
        plan: String,
    },
    /// A call is made next.
    Call {
        /// The operation.
        operation: String,
        /// The thing that it is about.
        subject: String,
    },
    /// A call has ended.
    Result {
        /// The operation.
        operation: String,
        /// The error; absent after a success.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        /// True if the call certainly had no effect.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        rejected: bool,
    },
    /// A person agreed to the stop of the tasks, and these are the tasks and tables before it.
    Snapshot {
        /// The tasks as DMS described them.
        tasks: Vec<Value>,
        /// The table statistics of each task by its ARN; a text says why there are none.
        table_statistics: BTreeMap<String, Value>,
    },
    /// A task is stopped next: it is to run again.
    Open {
        /// The ARN of the task.
        task: String,
    },
    /// A task that was stopped was seen running again.
    Closed {
        /// The ARN of the task.
        task: String,
    },
    /// The creation of the new instance was requested, and it did not appear in time.
    NotCreated,
    /// The way back begins.
    TurnBack,
    /// The run has ended.
    End {
        /// True if the new instance has the tasks; false if all is as before.
        done: bool,
    },
}

#[derive(Deserialize, Serialize)]
struct Line {
    time: String,
    #[serde(flatten)]
    entry: Entry,
}

/// A reason why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{}: not a file: a journal must be kept", .0.display())]
    NoFile(PathBuf),
    #[error("{}: another `dms-rule apply` uses this journal now", .0.display())]
    Locked(PathBuf),
    #[error(
        "{}: line {number} is not an entry of a journal. It is the only record of which tasks are to run again: \
         do not delete it before you have read it",
        path.display()
    )]
    Line { path: PathBuf, number: usize },
    #[error(
        "{}: the journal is of a run for {found}, and the plan is for {wanted}; name another one with --journal",
        path.display()
    )]
    Other { path: PathBuf, found: String, wanted: String },
    #[error(
        "{}: the run was approved with another plan. Apply that plan, or take it back with --back, before this one",
        .0.display()
    )]
    OtherPlan(PathBuf),
    #[error(
        "{}: there is no journal, so nothing is known of a run that could be taken back; name its journal with \
         --journal",
        .0.display()
    )]
    Missing(PathBuf),
}

/// The state that the lines of a journal lead to.
#[derive(Debug, Default)]
struct Story {
    memory: Memory,
    instance: String,
    target: String,
    plan: String,
    ended: Option<bool>,
    statistics: BTreeMap<String, Value>,
    /// The action that was requested and not answered yet, if its rejection would say something.
    unanswered: Option<Action>,
}

impl Story {
    /// Adds an entry.
    ///
    /// # Errors
    /// Returns `Err` if the entry cannot come here: a run begins first, and again after an end.
    fn add(&mut self, entry: Entry) -> Result<(), ()> {
        let may_begin = self.memory.run.is_empty() || self.ended.is_some();
        match entry {
            Entry::Run { run, instance, target, plan } if may_begin && !run.is_empty() => {
                *self = Self { instance, target, plan, ..Self::default() };
                self.memory.run = run;
            }
            Entry::Run { .. } => return Err(()),
            _ if self.memory.run.is_empty() => return Err(()),
            Entry::Plan { plan } => self.plan = plan,
            Entry::Snapshot { table_statistics, .. } => {
                self.memory.approved = true;
                self.statistics = table_statistics;
            }
            Entry::Open { task } => {
                self.memory.stops.insert(task, Interruption::Open);
            }
            Entry::Closed { task } => {
                self.memory.stops.insert(task, Interruption::Closed);
            }
            Entry::TurnBack => self.memory.going_back = true,
            Entry::End { done } => self.ended = Some(done),
            Entry::Call { operation, subject } => {
                let action = self.action(&operation, subject);
                self.unanswered = action.filter(|action| action.begin(&mut self.memory));
            }
            Entry::Result { rejected, .. } => {
                if let Some(action) = self.unanswered.take().filter(|_| rejected) {
                    action.reject(&mut self.memory);
                }
            }
            Entry::NotCreated => self.memory.created = false,
        }
        Ok(())
    }

    /// Returns true if the run can go on with a plan, forward and back: before tasks were touched, one that is ready for the
    /// same two instances will do.
    fn goes_on_with(&self, plan: &Plan) -> bool {
        let memory = &self.memory;
        let is_free = !(memory.approved || memory.going_back) && memory.stops.is_empty();
        let is_alike = self.instance == plan.instance.arn() && self.target == plan.target.identifier;
        self.plan == digest(plan) || (is_free && is_alike && plan.is_ready())
    }

    /// Returns the action of a call, if the memory depends on it.
    fn action(&self, operation: &str, subject: String) -> Option<Action> {
        match operation {
            "CreateReplicationInstance" => Some(Action::Create),
            "StopReplicationTask" => Some(Action::StopTask { task: subject, on: String::new() }),
            "DeleteReplicationInstance" if subject != self.instance => {
                Some(Action::DeleteInstance { side: Side::New, instance: subject })
            }
            _ => None,
        }
    }
}

/// The journal of one run, locked for this process.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    path: PathBuf,
    story: Story,
}

impl Journal {
    /// Opens the journal of a plan, or begins one. A last line that a kill cut off is removed: its call was never made. One
    /// that lacks nothing but its line end is an entry like the others.
    ///
    /// # Errors
    /// Returns the reason why the journal cannot be used: another process has it, a line is unreadable, it is of another
    /// instance or of another approved plan, or there is nothing to take back.
    pub(super) fn open(path: &Path, plan: &Plan, direction: Direction) -> Result<Self, Unusable> {
        let fault = |error| Unusable::File { path: path.to_owned(), error };
        let exists = path.try_exists().map_err(fault)?;
        if !exists && direction == Direction::Back {
            return Err(Unusable::Missing(path.to_owned()));
        }
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(fault)?;
        if !file.metadata().map_err(fault)?.is_file() {
            return Err(Unusable::NoFile(path.to_owned()));
        }
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => Unusable::Locked(path.to_owned()),
            TryLockError::Error(error) => fault(error),
        })?;
        let story = read(&mut file, path)?;
        let mut journal = Self { file, path: path.to_owned(), story };
        let digest = digest(plan);
        let (arn, target) = (plan.instance.arn(), plan.target.identifier.as_str());
        let is_new = journal.story.memory.run.is_empty();
        if is_new && direction == Direction::Back {
            return Err(Unusable::Missing(path.to_owned()));
        }
        let is_over = match journal.story.ended {
            Some(true) => journal.story.plan != digest,
            Some(false) => direction == Direction::Forward,
            None => false,
        };
        if is_new || is_over {
            let run = format!("{:032x}", fastrand::u128(..));
            let (instance, target) = (arn.to_owned(), target.to_owned());
            journal.write(Entry::Run { run, instance, target, plan: digest })?;
            sync_folder(path).map_err(fault)?;
            return Ok(journal);
        }
        let story = &journal.story;
        let memory = &story.memory;
        if story.instance != arn || story.target != target {
            let found = shown(&format!("{} and the new name {}", story.instance, story.target));
            let wanted = shown(&format!("{arn} and the new name {target}"));
            return Err(Unusable::Other { path: path.to_owned(), found, wanted });
        }
        if story.plan != digest {
            if memory.approved || memory.going_back || !memory.stops.is_empty() {
                return Err(Unusable::OtherPlan(path.to_owned()));
            }
            journal.write(Entry::Plan { plan: digest })?;
        }
        Ok(journal)
    }

    /// Returns what the journal says.
    pub(super) fn memory(&self) -> &Memory {
        &self.story.memory
    }

    /// Returns true if the run has ended on the new instance.
    pub(super) fn is_done(&self) -> bool {
        self.story.ended == Some(true)
    }

    /// Returns the table statistics that were saved before the first stop, by the ARN of the task.
    pub(super) fn statistics(&self) -> &BTreeMap<String, Value> {
        &self.story.statistics
    }

    /// Writes an entry, and returns once it is on the disk.
    ///
    /// # Errors
    /// Returns an error if it may not be there: what it is about must not be done then.
    pub(super) fn write(&mut self, entry: Entry) -> Result<(), Unusable> {
        let fault = |error| Unusable::File { path: self.path.clone(), error };
        let time = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let line = Line { time, entry };
        let mut text = serde_json::to_vec(&line).map_err(|error| fault(error.into()))?;
        text.push(b'\n');
        self.file.write_all(&text).map_err(fault)?;
        self.file.sync_data().map_err(fault)?;
        let added = self.story.add(line.entry);
        added.map_err(|()| fault(io::Error::other("an entry came out of order")))
    }

    /// Writes the end of the run.
    ///
    /// # Errors
    /// Returns an error if it may not be on the disk.
    pub(super) fn end(&mut self, end: End) -> Result<(), Unusable> {
        self.write(Entry::End { done: end == End::Done })
    }
}

/// Returns true if a run was approved with exactly this plan, or goes back with it: it must be able to end with it.
pub(super) fn holds(path: &Path, plan: &Plan) -> bool {
    if !path.is_file() {
        return false; // a device may have no end
    }
    let story = std::fs::read(path).ok().and_then(|bytes| Some(story(&bytes, path).ok()?.0));
    story
        .is_some_and(|story| (story.memory.approved || story.memory.going_back) && story.plan == digest(plan))
}

/// Returns the journal of a plan's file, unless an option names another one.
pub(super) fn beside(plan: &Path) -> PathBuf {
    let mut name = plan.as_os_str().to_owned();
    name.push(".journal.jsonl");
    name.into()
}

/// Checks that a plan may be written to a file: the journal beside it knows of the plan of an unfinished run only the
/// checksum, so without the file neither that run nor its way back can go on.
///
/// # Errors
/// Returns a message if the journal has such a run, or if it cannot be read: what it has is unknown then.
pub(crate) fn check_replaceable(file: &Path, plan: &Plan) -> Result<(), String> {
    let path = beside(file);
    let unreadable = |error: &dyn std::fmt::Display| {
        let file = file.display();
        format!(
            "{file} may be the plan of a run that has not ended; nothing was written. Its journal: {error}"
        )
    };
    let bytes = match std::fs::metadata(&path) {
        Ok(metadata) if metadata.is_file() => std::fs::read(&path),
        Ok(_) => return Ok(()), // `apply` takes no such journal
        Err(error) => Err(error),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(());
        }
        Err(error) => return Err(unreadable(&format!("{}: {error}", path.display()))),
    };
    let (story, _) = story(&bytes, &path).map_err(|error| unreadable(&error))?;
    if story.memory.run.is_empty() || story.ended.is_some() || story.goes_on_with(plan) {
        return Ok(());
    }
    let command = format!("dms-rule apply {}", quoted(&file.to_string_lossy()));
    Err(format!(
        "{} is the plan of a run that has not ended ({}); nothing was written. Go on: {command}. Back: {command} --back.",
        file.display(),
        path.display(),
    ))
}

/// Reads the whole journal, and mends its end.
fn read(file: &mut File, path: &Path) -> Result<Story, Unusable> {
    let fault = |error| Unusable::File { path: path.to_owned(), error };
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0)).map_err(fault)?;
    file.read_to_end(&mut bytes).map_err(fault)?;
    let (story, whole) = story(&bytes, path)?;
    if whole < bytes.len() {
        file.set_len(whole as u64).map_err(fault)?;
        file.sync_data().map_err(fault)?;
    } else if bytes.last().is_some_and(|byte| *byte != b'\n') {
        file.write_all(b"\n").map_err(fault)?;
        file.sync_data().map_err(fault)?;
    }
    Ok(story)
}

/// Reads the entries of a journal. Returns them with the number of bytes that they have: fewer than there are if a kill cut
/// off the last line.
fn story(bytes: &[u8], path: &Path) -> Result<(Story, usize), Unusable> {
    let mut story = Story::default();
    let mut whole = 0;
    for (index, text) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let unreadable = || Unusable::Line { path: path.to_owned(), number: index + 1 };
        let line: Line = match serde_json::from_slice(text) {
            Ok(line) => line,
            // What is no JSON and has no line end was not written whole.
            Err(error) if !text.ends_with(b"\n") && (error.is_eof() || error.is_syntax()) => break,
            Err(_) => return Err(unreadable()),
        };
        story.add(line.entry).map_err(|()| unreadable())?;
        whole += text.len();
    }
    Ok((story, whole))
}

/// Returns the checksum of a plan, whatever the layout of its file.
fn digest(plan: &Plan) -> String {
    let bytes = serde_json::to_vec(plan).unwrap_or_default();
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

/// Brings the name of a new file to the disk.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
