/// A program of the workspace that runs on AWS Lambda, each in a zip of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Program {
    /// The function that AWS Config invokes.
    Function,
    /// The function that a CloudFormation hook invokes. Nothing of it is in the other one.
    Hook,
}

impl Program {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Function, Self::Hook];

    /// Returns the name of the package.
    #[must_use]
    pub fn package(self) -> &'static str {
        match self {
            Self::Function => "config-lambda",
            Self::Hook => "cloudformation-hook",
        }
    }

    /// Returns the name of the executable that Cargo builds. The executables of a workspace have one folder, so only one of
    /// them has the name that Lambda starts, which every entry of a zip has.
    #[must_use]
    pub fn binary(self) -> &'static str {
        match self {
            Self::Function => crate::archive::ENTRY,
            Self::Hook => "cloudformation-hook",
        }
    }

    /// Returns the name of the zip without its ending.
    #[must_use]
    pub fn zip_stem(self) -> &'static str {
        match self {
            Self::Function => "bootstrap",
            Self::Hook => "hook",
        }
    }
}
