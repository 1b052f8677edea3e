use std::io;

use crate::{
    Layout, Report, asff, csv, github, gitlab, html, json, junit, markdown, ocsf, oscal, sarif, table,
};

/// A format of a report: for a terminal, a program, a forge or a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// [`table`]
    Table,
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
    /// [`markdown`]
    Markdown,
    /// [`github`]
    Github,
    /// [`gitlab`]
    Gitlab,
    /// [`oscal`]
    Oscal,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 12] = [
        Self::Table,
        Self::Json,
        Self::Csv,
        Self::Sarif,
        Self::Junit,
        Self::Asff,
        Self::Ocsf,
        Self::Html,
        Self::Markdown,
        Self::Github,
        Self::Gitlab,
        Self::Oscal,
    ];

    /// Returns the name of the format on a command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Asff => "asff",
            Self::Ocsf => "ocsf",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Oscal => "oscal",
        }
    }

    /// Returns the format with this [name](Self::name). `None` if there is no such format.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Returns the usual extension of such a file, without the leading dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Table => "txt",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Sarif => "sarif",
            Self::Junit => "junit.xml",
            Self::Asff => "asff.json",
            Self::Ocsf => "ocsf.json",
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Github => "github.txt",
            Self::Gitlab => "gitlab.json",
            Self::Oscal => "oscal.json",
        }
    }

    /// Writes the report in this format. Only the table reads `layout`.
    ///
    /// # Errors
    /// Returns the error of `out`.
    pub fn write(self, report: &Report, out: &mut dyn io::Write, layout: Layout) -> io::Result<()> {
        match self {
            Self::Table => table::write(report, out, layout),
            Self::Json => json::write(report, out),
            Self::Csv => csv::write(report, out),
            Self::Sarif => sarif::write(report, out),
            Self::Junit => junit::write(report, out),
            Self::Asff => asff::write(report, out),
            Self::Ocsf => ocsf::write(report, out),
            Self::Html => html::write(report, out),
            Self::Markdown => markdown::write(report, out),
            Self::Github => github::write(report, out),
            Self::Gitlab => gitlab::write(report, out),
            Self::Oscal => oscal::write(report, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_of_a_format_leads_to_it() {
        let names = [
            "table", "json", "csv", "sarif", "junit", "asff", "ocsf", "html", "markdown", "github", "gitlab",
            "oscal",
        ];
        assert_eq!(Format::ALL.map(Format::name), names);
        for format in Format::ALL {
            assert_eq!(Format::from_name(format.name()), Some(format));
        }
        assert_eq!(Format::from_name("JSON"), None);
        assert_eq!(Format::from_name(""), None);
    }

    #[test]
    fn an_empty_report_is_written_in_every_format() {
        let Report { command, at, .. } = crate::sample::report().unwrap();
        for format in Format::ALL {
            let mut out = Vec::new();
            format.write(&Report::new(command, at), &mut out, Layout::default()).unwrap();
            assert_eq!(out.last(), Some(&b'\n'), "{}", format.name());
        }
    }

    #[test]
    fn an_output_that_cannot_be_written_to_is_an_error() {
        let report = crate::sample::report().unwrap();
        for format in Format::ALL {
            let mut full: &mut [u8] = &mut [0; 16];
            assert!(format.write(&report, &mut full, Layout::default()).is_err(), "{}", format.name());
        }
    }
}
