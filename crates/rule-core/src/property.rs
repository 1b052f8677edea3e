/// A property of a resource, and how its value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// The name as CloudFormation and AWS Config spell it, behind that of its group: `RedisSettings.SslSecurityProtocol`. The
    /// API [spells](crate::spelling) some groups in another way.
    pub path: &'static str,
    /// The kind of value.
    pub kind: Kind,
    /// The attribute of the Terraform provider `aws`, behind its block:
    /// `redis_settings.ssl_security_protocol`. `None` where that provider has no such attribute. The provider
    /// `awscc` needs no entry: its names follow from `path`.
    pub terraform: Option<&'static str>,
}

/// The kind of value that a property holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// True or false.
    Flag,
    /// One of a few words.
    Setting,
    /// Any text: an id, a name, a JSON document, a certificate.
    Text,
    /// A group of settings.
    Group,
    /// The tags of the resource.
    Tags,
}

impl Property {
    /// Returns the value that the Terraform provider `aws` sends when it creates a resource whose configuration does not
    /// give the property; `None` if it sends nothing, so that DMS's default applies. The provider `awscc` never sends a
    /// value that is not given.
    ///
    /// The create call of `aws_dms_replication_instance` sends its three flags always, and Go's zero value for one that is
    /// not given (provider aws, `internal/service/dms/replication_instance.go`).
    #[must_use]
    pub fn sent_if_not_given(&self) -> Option<bool> {
        let is_sent = matches!(self.path, "PubliclyAccessible" | "MultiAZ" | "AutoMinorVersionUpgrade");
        (is_sent && self.terraform.is_some()).then_some(false)
    }

    /// Returns a property that is true or false.
    pub(crate) const fn flag(path: &'static str, terraform: Option<&'static str>) -> Self {
        Self { path, kind: Kind::Flag, terraform }
    }

    /// Returns a property that is one of a few words.
    pub(crate) const fn setting(path: &'static str, terraform: Option<&'static str>) -> Self {
        Self { path, kind: Kind::Setting, terraform }
    }

    /// Returns a property that is any text.
    pub(crate) const fn text(path: &'static str, terraform: Option<&'static str>) -> Self {
        Self { path, kind: Kind::Text, terraform }
    }

    /// Returns the group that the property is in, `None` if it is in none.
    #[must_use]
    pub fn group(&self) -> Option<&'static str> {
        self.path.split_once('.').map(|(group, _)| group)
    }

    /// Returns the name without that of the group.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.path.rsplit_once('.').map_or(self.path, |(_, name)| name)
    }
}
