use rule_core::ErrorKind;

use crate::code::is_about_credentials;
use crate::error::{Cause, ConnectionFailure, Error};
use crate::next_step::{LOCAL_ENDED, Reader, action, is_local};

impl Error {
    /// Returns what a person who creates an instance anew and moves its tasks can do about the error: a phrase that
    /// follows `Next: `, without a full stop.
    #[must_use]
    pub fn next_step_of_a_migration(&self) -> String {
        match (self.cause(), self.code().unwrap_or_default()) {
            (Cause::Credentials(_) | Cause::InvalidRequest { .. } | Cause::CaBundle { .. }, _) => {
                self.next_step(Reader::Person)
            }
            (Cause::Service { .. }, code) if is_about_credentials(code) => {
                "sign in again or give new credentials, then run the command again: it goes on where it stopped".to_owned()
            }
            (Cause::Service { message, .. }, "AccessDeniedFault") if message.contains("not configured") => {
                "create the role dms-vpc-role with the policy AmazonDMSVPCManagementRole and a trust in \
                 dms.amazonaws.com, wait half a minute, then run the command again"
                    .to_owned()
            }
            (Cause::Service { .. }, code) => self.after_code(code),
            (Cause::NoConnection(ConnectionFailure::Refused), _)
                if is_local(std::env::var("AWS_ENDPOINT_URL").ok().as_deref()) =>
            {
                LOCAL_ENDED.to_owned()
            }
            _ => "check the network of this machine and AWS_ENDPOINT_URL if it is set, then run the command again: it \
                  goes on where it stopped"
                .to_owned(),
        }
    }

    /// Returns the next step after an error code of AWS DMS (the errors of the operations in its service model).
    fn after_code(&self, code: &str) -> String {
        let again = "then run the command again";
        match code {
            "ResourceQuotaExceededFault" | "StorageQuotaExceededFault" => {
                format!("raise the quota of AWS DMS in Service Quotas, or delete what is not needed, {again}")
            }
            "InsufficientResourceCapacityFault" => {
                format!("wait, {again}; or make a plan with another class or zone")
            }
            "KMSKeyNotAccessibleFault"
            | "KMSAccessDeniedFault"
            | "KMSDisabledFault"
            | "KMSInvalidStateFault"
            | "KMSNotFoundFault" => format!("enable the KMS key and allow its use, {again}"),
            "ReplicationSubnetGroupDoesNotCoverEnoughAZs" | "InvalidSubnet" => {
                format!("correct the subnets of the replication subnet group, {again}")
            }
            "InvalidResourceStateFault" | "ResourceAlreadyExistsFault" | "ResourceNotFoundFault" => {
                "run the command again: it begins by observing what is there now".to_owned()
            }
            _ => match (self.kind(), action(self.operation())) {
                (ErrorKind::Denied, _) if self.operation() == "AssumeRole" => {
                    format!(
                        "let the role trust your credentials, and allow them sts:AssumeRole on it, {again}"
                    )
                }
                (ErrorKind::Denied, Some(action)) => {
                    format!("allow {action} in the role or user that the command works with, {again}")
                }
                (ErrorKind::Throttled, _) => "wait some minutes, then run the command again".to_owned(),
                _ => "run the command again; if it goes on, give AWS Support the request id".to_owned(),
            },
        }
    }
}
