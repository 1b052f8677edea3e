# terraform test, in this folder: needs no provider and no account.

variables {
  rules                 = ["dms-replication-not-public"]
  region                = "eu-west-1"
  triggers              = "Both"
  unrecorded_regions    = ["ca-west-1", "mx-central-1"]
  exemption_tag_key     = null
  exemption_compliance  = "COMPLIANT"
  execution_role_name   = null
  execution_role_region = null
  assume_role_mode      = null
  rule_parameters       = {}
}

run "changes_and_schedule" {
  command = plan

  assert {
    condition     = keys(output.rules) == ["dms-replication-not-public"]
    error_message = "one rule is wanted"
  }

  assert {
    condition = join(" ", output.rules["dms-replication-not-public"].messages) == join(" ", [
      "ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification", "ScheduledNotification",
    ])
    error_message = "Both is all three messages"
  }

  assert {
    condition     = join(" ", output.rules["dms-replication-not-public"].resource_types) == "AWS::DMS::ReplicationInstance"
    error_message = "the scope is the rule's type"
  }

  assert {
    condition = jsondecode(output.rules["dms-replication-not-public"].input_parameters) == {
      ruleIdentifier = "dms-replication-not-public", exemptionCompliance = "COMPLIANT"
    }
    error_message = "what is not given is not sent"
  }
}

run "changes_only" {
  command = plan

  variables {
    rules    = ["all"]
    triggers = "Change"
  }

  assert {
    condition     = !contains(output.rules["dms-replication-not-public"].messages, "ScheduledNotification")
    error_message = "Change has no schedule"
  }

  assert {
    condition     = join(" ", output.rules["dms-instance-profile-not-public"].messages) == "ScheduledNotification"
    error_message = "a type that is not recorded is periodic in any case"
  }

  assert {
    condition     = length(output.rules["dms-instance-profile-not-public"].resource_types) == 0
    error_message = "a type that is not recorded is no scope"
  }
}

run "schedule_only" {
  command = plan

  variables {
    triggers = "Periodic"
  }

  assert {
    condition     = join(" ", output.rules["dms-replication-not-public"].messages) == "ScheduledNotification"
    error_message = "Periodic is no change"
  }
}

run "region_that_does_not_record" {
  command = plan

  variables {
    rules    = ["all"]
    region   = "mx-central-1"
    triggers = "Change"
  }

  assert {
    condition     = alltrue([for rule in output.rules : join(" ", rule.messages) == "ScheduledNotification" && length(rule.resource_types) == 0])
    error_message = "all rules are periodic without a scope there"
  }
}

run "parameters" {
  command = plan

  variables {
    rules               = ["dms-certificate-not-expiring", "dms-endpoint-tagged"]
    exemption_tag_key   = "exempt"
    execution_role_name = "team/DmsRule"
    assume_role_mode    = "true"
    rule_parameters     = { dms-endpoint-tagged = { requiredKeyTags = "owner" } }
  }

  assert {
    condition = jsondecode(output.rules["dms-endpoint-tagged"].input_parameters) == {
      ruleIdentifier      = "dms-endpoint-tagged", requiredKeyTags = "owner", exemptionTagKey = "exempt",
      exemptionCompliance = "COMPLIANT", ExecutionRoleName = "team/DmsRule", AssumeRoleMode = "true"
    }
    error_message = "all that is given is sent"
  }

  assert {
    condition     = jsondecode(output.rules["dms-certificate-not-expiring"].input_parameters).daysToExpiration == "30"
    error_message = "a default of the rule's own is sent"
  }
}

run "none" {
  command = plan

  variables {
    rules = []
  }

  assert {
    condition     = length(output.rules) == 0
    error_message = "[] is no rule"
  }
}

run "unknown_rule" {
  command = plan

  variables {
    rules = ["dms-replication-is-public"]
  }

  expect_failures = [output.rules]
}

run "parameter_of_another_rule" {
  command = plan

  variables {
    rule_parameters = { dms-replication-not-public = { daysToExpiration = "1" } }
  }

  expect_failures = [output.rules]
}
