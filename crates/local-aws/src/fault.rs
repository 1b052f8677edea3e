use serde::Deserialize;

/// A failure on demand.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// The operation that fails; none: every AWS operation.
    #[serde(default)]
    pub operation: Option<String>,
    /// Only in this Region.
    #[serde(default)]
    pub region: Option<String>,
    /// Only in this account.
    #[serde(default)]
    pub account_id: Option<String>,
    /// The first request that fails, counted from 1.
    #[serde(default = "first")]
    pub from_call: usize,
    /// How many fail; none: all that follow.
    #[serde(default)]
    pub times: Option<usize>,
    /// How.
    pub kind: FaultKind,
}

fn first() -> usize {
    1
}

impl Fault {
    /// Every request of `operation` fails for ever.
    #[must_use]
    pub fn always(operation: &str, kind: FaultKind) -> Self {
        Self {
            operation: Some(operation.to_owned()),
            region: None,
            account_id: None,
            from_call: 1,
            times: None,
            kind,
        }
    }
}

/// The ways to fail.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub enum FaultKind {
    /// ThrottlingException.
    Throttle,
    /// 500.
    ServerError,
    /// 503.
    Unavailable,
    /// The role lacks the permission.
    Denied,
    /// The request is read and the connection closed; nothing changed.
    DropConnection,
    /// As before, but what was asked for was done.
    DropAfter,
    /// 200 with bytes that are no JSON.
    Garbage,
    /// 200 with the length of the whole answer and half of its bytes; what was asked for was done.
    CutShort,
    /// 200 with no bytes.
    EmptyBody,
    /// 200 with `{}`; what was asked for was done.
    EmptyObject,
    /// The true answer, later.
    Slow {
        /// How much later.
        milliseconds: u64,
    },
    /// The first evaluations of a batch are not stored and come back.
    FailedEvaluations {
        /// How many.
        count: usize,
    },
    /// An empty list with a token; the request with that token gets the page that was asked for.
    EmptyPageWithToken,
    /// The answer's token is the one just sent: a listing without end.
    RepeatedToken,
    /// An AccessDeniedException whose message holds the result token.
    EchoToken,
}

/// A fault and how often it was asked.
#[derive(Debug)]
pub(crate) struct Armed {
    fault: Fault,
    seen: usize,
}

impl Armed {
    pub(crate) fn new(fault: Fault) -> Self {
        Self { fault, seen: 0 }
    }

    /// Whether this request fails, and how.
    pub(crate) fn strike(&mut self, operation: &str, account_id: &str, region: &str) -> Option<FaultKind> {
        let fault = &self.fault;
        let meant = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|wanted| wanted == is);
        if !(meant(&fault.operation, operation)
            && meant(&fault.account_id, account_id)
            && meant(&fault.region, region))
        {
            return None;
        }
        self.seen += 1;
        let over = fault.times.is_some_and(|times| self.seen >= fault.from_call + times);
        (self.seen >= fault.from_call && !over).then(|| fault.kind.clone())
    }
}
