//! The login of an endpoint: the secret, the method or the user that its settings name.

use super::endpoint::ENGINE_NAME;
use crate::setting::shown;
use crate::{Configuration, Json, Property, Setting, Unknown};

/// The property that names the secret of a MySQL endpoint. The other groups have a member of the same name.
pub(super) const SECRET: Property = Property::text("MySqlSettings.SecretsManagerSecretId", None);

/// The other properties of logins, and of those of Oracle's ASM. The Terraform provider aws has one argument for the members of the
/// same name in all groups, which `iac` moves into them.
pub(super) const READS: &[Property] = &[
    ENGINE_NAME,
    Property::text("Username", Some("username")),
    Property::text("Password", Some("password")),
    Property::setting("MySqlSettings.AuthenticationMethod", Some("mysql_settings.authentication_method")),
    Property::setting(
        "PostgreSqlSettings.AuthenticationMethod",
        Some("postgres_settings.authentication_method"),
    ),
    Property::setting("OracleSettings.AuthenticationMethod", Some("oracle_settings.authentication_method")),
    Property::setting("MicrosoftSqlServerSettings.AuthenticationMethod", None),
    Property::text("OracleSettings.SecretsManagerOracleAsmSecretId", None),
    Property::text("OracleSettings.SecretsManagerOracleAsmAccessRoleArn", None),
    Property::text("OracleSettings.AsmUser", None),
    Property::setting("MongoDbSettings.AuthType", Some("mongodb_settings.auth_type")),
    Property::text("MongoDbSettings.SecretsManagerSecretId", None),
    Property::text("MongoDbSettings.SecretsManagerAccessRoleArn", None),
    Property::text("MongoDbSettings.Username", None),
    Property::text("MongoDbSettings.Password", None),
    Property::text("RedshiftSettings.SecretsManagerSecretId", None),
    Property::text("RedshiftSettings.SecretsManagerAccessRoleArn", None),
    Property::text("RedshiftSettings.Username", None),
    Property::text("PostgreSqlSettings.SecretsManagerSecretId", None),
    Property::text("PostgreSqlSettings.SecretsManagerAccessRoleArn", None),
    Property::text("PostgreSqlSettings.Username", None),
    Property::text("MySqlSettings.SecretsManagerAccessRoleArn", None),
    Property::text("MySqlSettings.Username", None),
    Property::text("OracleSettings.SecretsManagerSecretId", None),
    Property::text("OracleSettings.SecretsManagerAccessRoleArn", None),
    Property::text("OracleSettings.Username", None),
    Property::text("SybaseSettings.SecretsManagerSecretId", None),
    Property::text("SybaseSettings.SecretsManagerAccessRoleArn", None),
    Property::text("SybaseSettings.Username", None),
    Property::text("MicrosoftSqlServerSettings.SecretsManagerSecretId", None),
    Property::text("MicrosoftSqlServerSettings.SecretsManagerAccessRoleArn", None),
    Property::text("MicrosoftSqlServerSettings.Username", None),
    Property::text("IbmDb2Settings.SecretsManagerSecretId", None),
    Property::text("IbmDb2Settings.SecretsManagerAccessRoleArn", None),
    Property::text("IbmDb2Settings.Username", None),
    Property::text("DocDbSettings.SecretsManagerSecretId", None),
    Property::text("DocDbSettings.SecretsManagerAccessRoleArn", None),
    Property::text("DocDbSettings.Username", None),
    Property::text("GcpMySQLSettings.SecretsManagerSecretId", None),
    Property::text("GcpMySQLSettings.SecretsManagerAccessRoleArn", None),
    Property::text("GcpMySQLSettings.Username", None),
];

/// The two members of a group of settings that name a secret and the role that may read it.
#[derive(Clone, Copy)]
pub(super) struct SecretMembers {
    secret: &'static str,
    role: &'static str,
}

/// The secret with the login.
pub(super) const LOGIN: SecretMembers =
    SecretMembers { secret: "SecretsManagerSecretId", role: "SecretsManagerAccessRoleArn" };

/// The secret with the login of Oracle's ASM.
pub(super) const ASM: SecretMembers =
    SecretMembers { secret: "SecretsManagerOracleAsmSecretId", role: "SecretsManagerOracleAsmAccessRoleArn" };

/// A text that settings may give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// It is not given, or empty.
    No,
    /// It is given.
    Yes,
    /// It is decided at deployment, and may be empty.
    Open,
}

/// Reads a member that holds a name, an ARN or an id.
///
/// # Errors
/// Returns the reason if it is misspelled, given twice with different values, or another type.
pub(super) fn given(configuration: &Configuration, name: &str) -> Result<Given, Unknown> {
    let unreadable = |what: String| Unknown::new(format!("{name} is {what}"));
    match configuration.only(name).map_err(unreadable)? {
        None => Ok(Given::No),
        Some(Json::Text(text)) if text.is_empty() => Ok(Given::No),
        // The text may be a password in the wrong place.
        Some(Json::Text(text)) if text.trim() != text => {
            Err(unreadable("a text with white space around it".to_owned()))
        }
        Some(Json::Text(_) | Json::Created { .. }) => Ok(Given::Yes),
        Some(Json::Undecided(_)) => Ok(Given::Open),
        Some(odd) => Err(unreadable(odd.in_words())),
    }
}

impl SecretMembers {
    /// Returns if settings name a secret and a role for it.
    ///
    /// # Errors
    /// Returns the reason if one of both is missing, or cannot be read.
    pub(super) fn given(self, settings: &Configuration) -> Result<Given, Unknown> {
        match (given(settings, self.secret)?, given(settings, self.role)?) {
            (Given::No, Given::No) => Ok(Given::No),
            (Given::Yes, Given::Yes) => Ok(Given::Yes),
            (Given::No, _) => Err(Unknown::new(format!("{} is given without {}", self.role, self.secret))),
            (_, Given::No) => Err(Unknown::new(format!("{} is given without {}", self.secret, self.role))),
            (Given::Open, _) | (_, Given::Open) => Ok(Given::Open),
        }
    }
}

/// Returns the method that needs no stored password, if the settings of the group name it; `None` if it is `password`, the
/// default, or if the engine has no other.
///
/// # Errors
/// Returns the reason if it cannot be read, or is another word.
pub(super) fn method(settings: &Configuration, group: &str) -> Result<Option<Method>, Unknown> {
    // MySQLAuthenticationMethod, PostgreSQLAuthenticationMethod, OracleAuthenticationMethod, SqlServerAuthenticationMethod.
    let method = match group {
        "MySqlSettings" | "PostgreSqlSettings" => Method { word: "iam", state: "IAM" },
        "OracleSettings" | "MicrosoftSqlServerSettings" => Method { word: "kerberos", state: "KERBEROS" },
        _ => return Ok(None),
    };
    match Setting::read(settings, "AuthenticationMethod") {
        Setting::Absent => Ok(None),
        Setting::Is(word) if word == "password" => Ok(None),
        Setting::Is(word) if word == method.word => Ok(Some(method)),
        Setting::Is(word) => Err(Unknown::new(format!(
            "AuthenticationMethod is {:?}, which DMS does not document for the engine",
            shown(&word)
        ))),
        Setting::Unreadable(what) => Err(Unknown::new(format!("AuthenticationMethod is {what}"))),
    }
}

/// A method to log in without a password that DMS stores.
#[derive(Clone, Copy)]
pub(super) struct Method {
    /// The value of `AuthenticationMethod`.
    pub(super) word: &'static str,
    /// The state of an endpoint with it.
    pub(super) state: &'static str,
}
