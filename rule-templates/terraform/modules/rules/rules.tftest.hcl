# terraform test, in this folder: needs no provider and no account.

variables {
  region = "eu-west-1"
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
      ruleIdentifier = "dms-replication-not-public", exemptionCompliance = "NOT_APPLICABLE", reachability = "false"
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

  assert {
    condition     = length(output.rules["dms-replication-not-public"].resource_types) == 0
    error_message = "without changes there is no scope"
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
      exemptionCompliance = "NOT_APPLICABLE", ExecutionRoleName = "team/DmsRule", AssumeRoleMode = "true"
    }
    error_message = "all that is given is sent"
  }

  assert {
    condition     = jsondecode(output.rules["dms-certificate-not-expiring"].input_parameters).daysToExpiration == "30"
    error_message = "a default of the rule's own is sent"
  }
}

run "rights" {
  command = plan

  variables {
    rules             = ["dms-endpoint-ssl-configured"]
    exemption_tag_key = "exempt"
  }

  assert {
    condition = join(" ", output.unneeded_actions) == join(" ", [
      "config:SelectResourceConfig", "dms:DescribeCertificates", "dms:DescribeDataMigrations",
      "dms:DescribeEngineVersions", "dms:DescribeEventSubscriptions", "dms:DescribeOrderableReplicationInstances",
      "dms:DescribeReplicationConfigs", "dms:DescribeReplicationInstances", "dms:DescribeReplicationSubnetGroups",
      "dms:DescribeReplicationTasks", "dms:ListDataProviders", "dms:ListInstanceProfiles", "kms:DescribeKey",
      "kms:ListAliases",
    ])
    error_message = "a rule on endpoints with exemptions reads endpoints and tags"
  }
}

run "rights_for_reachability" {
  command = plan

  variables {
    rule_parameters = { dms-replication-not-public = { reachability = "true" } }
  }

  assert {
    condition     = !contains(output.unneeded_actions, "config:SelectResourceConfig")
    error_message = "the records of networks are read for reachability"
  }
}

run "no_rights_for_reachability" {
  command = plan

  assert {
    condition     = contains(output.unneeded_actions, "config:SelectResourceConfig")
    error_message = "without reachability no records of networks are read"
  }
}

run "all_rights" {
  command = plan

  variables {
    rights = "All"
  }

  assert {
    condition     = length(output.unneeded_actions) == 0
    error_message = "All is what every rule needs"
  }
}

run "none" {
  command = plan

  variables {
    rules = []
  }

  assert {
    condition     = length(output.unneeded_actions) == 0
    error_message = "without rules of its own the function serves any"
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
