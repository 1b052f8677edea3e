#![doc = include_str!("dms_endpoint_credentials_managed.md")]

use crate::rules::description::description;
use crate::rules::endpoint::{self, Word};
use crate::rules::engine_settings::{self, Login};
use crate::rules::login::{self, ASM, Given, LOGIN};
use crate::setting::shown;
use crate::{
    Change, Configuration, Finding, Input, Need, Property, ResourceType, Rule, Setting, Severity, Stop,
    Theme, Unknown, spelling,
};

/// The rule `dms-endpoint-credentials-managed`.
pub static RULE: Rule = Rule {
    identifier: "dms-endpoint-credentials-managed",
    resource_type: ResourceType::Endpoint,
    severity: Severity::Medium,
    theme: Theme::Connections,
    property: login::SECRET,
    wanted: SECRET,
    reads: login::READS,
    needs: &[Need::List, Need::Describe],
    schedule_only: false,
    parameters: &[],
    requirements: &[],
    page: include_str!("dms_endpoint_credentials_managed.md"),
    unknown_fix: FIND_OUT,
    command: None,
    check,
};

const SECRET: &str = "the ARN of a secret, with SecretsManagerAccessRoleArn and without Username";
const MOVE: &str = concat!(
    "write the login into a secret, then modify-endpoint with SecretsManagerSecretId and SecretsManagerAccessRoleArn in ",
    "the settings of the engine"
);
const MOVE_ASM: &str = concat!(
    "write the ASM login into a secret, then modify-endpoint --oracle-settings with SecretsManagerOracleAsmSecretId and ",
    "SecretsManagerOracleAsmAccessRoleArn"
);
const FIND_OUT: &str =
    "find Username, AuthenticationMethod and the secret of the endpoint with describe-endpoints";

fn check(input: &Input) -> Result<Finding, Stop> {
    let configuration = input.configuration()?;
    let engine = match Word::engine(configuration) {
        Word::Is(engine) => engine,
        Word::Open(reason) | Word::Unreadable(reason) => return Ok(endpoint::unknown_engine(&reason)),
    };
    let Some(settings) = engine_settings::of_engine(&engine) else {
        let fact = format!("the settings of the engine {} are not known", shown(&engine));
        return Ok(Finding::unknown(fact));
    };
    match settings.login {
        Login::Role => {
            return Err(Stop::NotApplicable(format!("DMS stores no password for the engine {engine}")));
        }
        Login::Stored => {
            return Err(Stop::NotApplicable(format!(
                "DMS takes no secret for the engine {engine}: it stores its login"
            )));
        }
        Login::Secret => {}
    }
    let group = spelling::cloudformation_name(settings.group);
    // What a record shows to be managed needs no description.
    if let Ok(Some(managed)) = managed(input, configuration, group) {
        return Ok(managed);
    }
    let now = description(input, "AuthenticationMethod")?.unwrap_or(configuration);
    match managed(input, now, group)? {
        Some(managed) => Ok(managed),
        None => Ok(unmanaged(now, group)?),
    }
}

/// Returns the finding on a login that is not stored; `None` if it may be stored.
///
/// # Errors
/// Returns the reason if settings that decide cannot be read.
fn managed(
    input: &Input,
    configuration: &Configuration,
    group: &'static str,
) -> Result<Option<Finding>, Unknown> {
    let settings = configuration.group(group);
    let settings = match &settings {
        Configuration::Absent => return Ok(None),
        settings => settings.readable(group)?,
    };
    if asm_login(settings, group)? == AsmLogin::Stored {
        return Ok(None);
    }
    let is_managed = match LOGIN.given(settings)? {
        Given::Yes => true,
        // Without a user no password can be stored, whatever is decided: the endpoint has the secret, or is not created.
        Given::Open if input.facts.planned => given(configuration, settings, "Username")? == Given::No,
        Given::No | Given::Open => false,
    };
    if is_managed {
        return Ok(Some(Finding::compliant("SECRET", "the login is in Secrets Manager")));
    }
    Ok(login::method(settings, group)?
        .map(|method| Finding::compliant(method.state, format!("AuthenticationMethod={}", method.word))))
}

/// The login of Oracle's ASM, which is one of its own.
#[derive(PartialEq)]
enum AsmLogin {
    /// There is none, or it is in a secret.
    Managed,
    /// DMS stores it.
    Stored,
}

/// Returns how DMS logs in to the ASM of an Oracle database.
///
/// # Errors
/// Returns the reason if it is not known.
fn asm_login(settings: &Configuration, group: &str) -> Result<AsmLogin, Unknown> {
    if group != "OracleSettings" {
        return Ok(AsmLogin::Managed);
    }
    match (login::given(settings, "AsmUser")?, ASM.given(settings)?) {
        (Given::No, _) | (_, Given::Yes) => Ok(AsmLogin::Managed),
        (Given::Yes, Given::No) => Ok(AsmLogin::Stored),
        (Given::Open, _) | (_, Given::Open) => {
            Err(Unknown::new("AsmUser, or the secret for it, is not known before deployment"))
        }
    }
}

/// Returns the finding on a login that no secret, role or ticket replaces.
///
/// # Errors
/// Returns the reason if it is not known that DMS stores a password.
fn unmanaged(configuration: &Configuration, group: &'static str) -> Result<Finding, Unknown> {
    let settings = configuration.group(group);
    if asm_login(&settings, group)? == AsmLogin::Stored {
        let asm = Property { path: "OracleSettings.SecretsManagerOracleAsmSecretId", ..login::SECRET };
        return Ok(Finding::non_compliant(
            "STORED PASSWORD",
            "AsmUser is set, and no secret for it",
            MOVE_ASM,
        )
        .with_change(Change::set(
            asm,
            "the ARN of a secret, with SecretsManagerOracleAsmAccessRoleArn and without AsmUser",
        )));
    }
    if LOGIN.given(&settings)? == Given::Open {
        return Err(Unknown::new("the secret is not known before deployment, and Username is given"));
    }
    match given(configuration, &settings, "Username")? {
        Given::Yes => Ok(stored("Username is set, and no secret", group)),
        Given::Open => Err(Unknown::new("Username is not known before deployment, and no secret is given")),
        Given::No
            if group == "MongoDbSettings"
                && Setting::read(&settings, "AuthType") == Setting::Is("no".to_owned()) =>
        {
            match given(configuration, &settings, "Password")? {
                Given::Yes => Ok(stored("Password is set, and no secret", group)),
                Given::Open => {
                    Err(Unknown::new("Password is not known before deployment, and no secret is given"))
                }
                Given::No => {
                    Ok(Finding::compliant("NO PASSWORD", "AuthType=no, and neither Username nor Password"))
                }
            }
        }
        Given::No => Err(Unknown::new("neither a secret nor Username is given")),
    }
}

/// Returns the finding on a password that DMS stores.
fn stored(fact: &str, group: &'static str) -> Finding {
    let finding = Finding::non_compliant("STORED PASSWORD", fact, MOVE);
    match secret_of(group) {
        Some(secret) => finding.with_change(Change::set(secret, SECRET)),
        None => finding,
    }
}

/// Returns if a member of a login is given, beside the settings of the engine or in them.
fn given(configuration: &Configuration, settings: &Configuration, name: &str) -> Result<Given, Unknown> {
    Ok(match (login::given(configuration, name)?, login::given(settings, name)?) {
        (Given::Yes, _) | (_, Given::Yes) => Given::Yes,
        (Given::Open, _) | (_, Given::Open) => Given::Open,
        (Given::No, Given::No) => Given::No,
    })
}

/// Returns the property that names the secret in a group of settings.
fn secret_of(group: &str) -> Option<Property> {
    let mut all = [login::SECRET].into_iter().chain(login::READS.iter().copied());
    all.find(|property| property.group() == Some(group) && property.name() == login::SECRET.name())
}
