use std::io;

use crate::{Report, asff, csv, html, json, junit, ocsf, sarif};

/// A format for a program or a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// [`json`]
    Json,
    /// [`csv`]
    Csv,
    /// [`sarif`]
    Sarif,
    /// [`junit`]
    Junit,
    /// [`asff`]
    Asff,
    /// [`ocsf`]
    Ocsf,
    /// [`html`]
    Html,
}

impl Format {
    /// Every one.
    pub const ALL: [Self; 7] =
        [Self::Json, Self::Csv, Self::Sarif, Self::Junit, Self::Asff, Self::Ocsf, Self::Html];

    /// The word for it on a command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Asff => "asff",
            Self::Ocsf => "ocsf",
            Self::Html => "html",
        }
    }

    /// The format with this [name](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// How the name of such a file ends, without the leading dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Sarif => "sarif",
            Self::Junit => "junit.xml",
            Self::Asff => "asff.json",
            Self::Ocsf => "ocsf.json",
            Self::Html => "html",
        }
    }

    /// Writes the report in this format.
    ///
    /// # Errors
    /// `out` cannot be written to.
    pub fn write(self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        match self {
            Self::Json => json::write(report, out),
            Self::Csv => csv::write(report, out),
            Self::Sarif => sarif::write(report, out),
            Self::Junit => junit::write(report, out),
            Self::Asff => asff::write(report, out),
            Self::Ocsf => ocsf::write(report, out),
            Self::Html => html::write(report, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_format_and_no_other_does() {
        assert_eq!(Format::ALL.map(Format::name), ["json", "csv", "sarif", "junit", "asff", "ocsf", "html"]);
        for format in Format::ALL {
            assert_eq!(Format::from_name(format.name()), Some(format));
        }
        assert_eq!(Format::from_name("JSON"), None);
        assert_eq!(Format::from_name(""), None);
    }

    #[test]
    fn a_report_of_nothing_is_written_in_every_format() {
        let report = Report {
            judged: vec![],
            failures: vec![],
            looked_at: vec![],
            ..crate::sample::report().unwrap()
        };
        for format in Format::ALL {
            let mut out = Vec::new();
            format.write(&report, &mut out).unwrap();
            assert_eq!(out.last(), Some(&b'\n'), "{}", format.name());
        }
    }

    #[test]
    fn an_output_that_cannot_be_written_to_is_an_error() {
        let report = crate::sample::report().unwrap();
        for format in Format::ALL {
            let mut full: &mut [u8] = &mut [0; 16];
            assert!(format.write(&report, &mut full).is_err(), "{}", format.name());
        }
    }
}
