//! Requests that AWS rejects are rejected. They are signed and sent without an SDK, which would not send most of them.

#[cfg(test)]
mod client;

#[cfg(test)]
mod rejections {
    use local_aws::{Credentials, DeletedResource, DiscoveredResource, LocalAws};
    use serde_json::{Value, json};

    use crate::client::{ACCOUNT, REGION, call, send};

    fn evaluation(number: usize) -> Value {
        json!({
            "ComplianceResourceType": "AWS::DMS::ReplicationInstance",
            "ComplianceResourceId": format!("id-{number}"),
            "ComplianceType": "COMPLIANT",
            "Annotation": "why",
            "OrderingTimestamp": 1_790_866_991.636,
        })
    }

    /// Builds a batch of one evaluation with one member replaced.
    fn with(name: &str, value: Value) -> Value {
        let mut evaluation = evaluation(0);
        evaluation[name] = value;
        json!({"ResultToken": "token", "Evaluations": [evaluation]})
    }

    fn aws() -> LocalAws {
        let aws = LocalAws::start().unwrap();
        aws.account(ACCOUNT, REGION, |account| account.expect_token("rule", "token"));
        aws
    }

    #[test]
    fn a_request_without_a_valid_signature_is_rejected() {
        let aws = aws();
        let good = aws.credentials(ACCOUNT);
        let wrong_secret = Credentials { secret_access_key: "x".repeat(40), ..good.clone() };
        let wrong_token = Credentials { session_token: "other".to_owned(), ..good.clone() };
        let unknown = Credentials { access_key_id: "ASIAUNKNOWN".to_owned(), ..good.clone() };
        for (keys, scope, code) in [
            (None, "config", "MissingAuthenticationTokenException"),
            (Some(&wrong_secret), "config", "InvalidSignatureException"),
            (Some(&wrong_token), "config", "UnrecognizedClientException"),
            (Some(&unknown), "config", "UnrecognizedClientException"),
            (Some(&good), "dms", "InvalidSignatureException"),
        ] {
            let (_, response) =
                send(&aws, keys, scope, "StarlingDoveService.ListDiscoveredResources", "{}").unwrap();
            assert!(response.contains(code), "{code}: {response}");
        }
    }

    #[test]
    fn evaluations_outside_the_limits_of_aws_config_are_rejected() {
        let aws = aws();
        let many = |count: usize| {
            let evaluations: Vec<Value> = (0..count).map(evaluation).collect();
            json!({"ResultToken": "token", "Evaluations": evaluations})
        };
        let mut no_time = evaluation(0);
        no_time.as_object_mut().unwrap().remove("OrderingTimestamp");
        for (body, code) in [
            (many(101), "ValidationException"),
            (many(0), "InvalidParameterValueException"),
            (json!({"Evaluations": [evaluation(0)]}), "InvalidParameterValueException"),
            (json!({"ResultToken": "other", "Evaluations": [evaluation(0)]}), "InvalidResultTokenException"),
            (
                json!({"ResultToken": "token", "Evaluations": [evaluation(0), evaluation(0)]}),
                "InvalidParameterValueException",
            ),
            (json!({"ResultToken": "token", "Evaluations": [no_time]}), "ValidationException"),
            (with("Annotation", "".into()), "ValidationException"),
            (with("Annotation", "x".repeat(257).into()), "ValidationException"),
            (with("Annotation", "𝄞".repeat(129).into()), "ValidationException"),
            (with("ComplianceType", "INSUFFICIENT_DATA".into()), "InvalidParameterValueException"),
            (with("ComplianceResourceId", "x".repeat(769).into()), "ValidationException"),
            (with("Anotation", "a typo".into()), "ValidationException"),
        ] {
            let (status, found, _) = call(&aws, "PutEvaluations", &body);
            assert_eq!((status, found.as_str()), (400, code), "{body:.200}");
        }
        assert!(aws.account(ACCOUNT, REGION, |account| account.results("rule")).is_empty());
        assert_eq!(call(&aws, "PutEvaluations", &many(100)).0, 200);
        assert_eq!(aws.account(ACCOUNT, REGION, |account| account.results("rule")).len(), 100);
    }

    #[test]
    fn an_older_result_does_not_replace_a_newer_one() {
        let aws = aws();
        call(&aws, "PutEvaluations", &with("ComplianceType", "NON_COMPLIANT".into()));
        call(&aws, "PutEvaluations", &with("OrderingTimestamp", 1_700_000_000.into()));
        let results = aws.account(ACCOUNT, REGION, |account| account.results("rule"));
        assert_eq!(results[0].compliance_type, "NON_COMPLIANT");
    }

    #[test]
    fn listings_outside_their_limits_and_with_made_up_tokens_are_rejected() {
        let aws = aws();
        for (operation, body, code) in [
            ("DescribeReplicationInstances", json!({"MaxRecords": 19}), "InvalidParameterValueException"),
            ("DescribeReplicationInstances", json!({"MaxRecords": 101}), "InvalidParameterValueException"),
            ("DescribeReplicationInstances", json!({"Marker": "made up"}), "InvalidParameterValueException"),
            ("ListTagsForResource", json!({}), "InvalidParameterValueException"),
            ("ListTagsForResource", json!({"ResourceArn": "unknown"}), "ResourceNotFoundFault"),
            (
                "GetComplianceDetailsByConfigRule",
                json!({"ConfigRuleName": "x".repeat(65)}),
                "ValidationException",
            ),
            (
                "GetComplianceDetailsByConfigRule",
                json!({"ConfigRuleName": "unknown"}),
                "NoSuchConfigRuleException",
            ),
            ("ListDiscoveredResources", json!({"resourceType": "T", "limit": 101}), "InvalidLimitException"),
            (
                "GetResourceConfigHistory",
                json!({"resourceType": "T", "resourceId": "x"}),
                "ResourceNotDiscoveredException",
            ),
            ("DescribeConfigRules", json!({"ConfigRuleNames": ["unknown"]}), "NoSuchConfigRuleException"),
            ("DescribeConfigRules", json!({"ConfigRuleNames": vec!["x"; 26]}), "ValidationException"),
            ("DescribeConfigRules", json!({"Limit": 1}), "ValidationException"),
            ("DescribeConfigRules", json!({"NextToken": "made up"}), "InvalidNextTokenException"),
            ("DescribeConfigRules", json!({"Filters": {"EvaluationMode": "A"}}), "ValidationException"),
            ("DescribeConfigRuleEvaluationStatus", json!({"Limit": 51}), "ValidationException"),
            (
                "DescribeConfigRuleEvaluationStatus",
                json!({"ConfigRuleNames": ["x".repeat(129)]}),
                "ValidationException",
            ),
            (
                "DescribeConfigurationRecorders",
                json!({"ConfigurationRecorderNames": ["unknown"]}),
                "NoSuchConfigurationRecorderException",
            ),
            (
                "DescribeConfigurationRecorderStatus",
                json!({"ConfigurationRecorderNames": ["default", "default"]}),
                "ValidationException",
            ),
            ("NoSuchOperation", json!({}), "UnknownOperationException"),
        ] {
            assert_eq!(call(&aws, operation, &body).1, code, "{operation} {body}");
        }
    }

    #[test]
    fn a_long_name_of_a_rule_is_accepted_where_the_account_does_not_limit_it() {
        let aws = aws();
        let rule = "x".repeat(65);
        aws.account(ACCOUNT, REGION, |account| {
            account.rule_name_maximum = None;
            account.expect_token(&rule, "token-of-x");
        });
        let (status, _, _) = call(&aws, "GetComplianceDetailsByConfigRule", &json!({"ConfigRuleName": rule}));
        assert_eq!(status, 200);
    }

    #[test]
    fn deleted_resources_are_listed_only_on_request() {
        let aws = aws();
        let resource = |id: &str| DiscoveredResource {
            resource_type: "T".to_owned(),
            resource_id: id.to_owned(),
            resource_name: None,
        };
        aws.account(ACCOUNT, REGION, |account| {
            account.discovered_resources = vec![resource("a")];
            let deleted = "2026-10-01T00:00:00Z".parse().unwrap();
            account.deleted_resources = vec![DeletedResource { resource: resource("b"), deleted }];
        });
        for (included, expected) in [
            (json!(false), json!([{"resourceType": "T", "resourceId": "a"}])),
            (
                json!(true),
                json!([
                    {"resourceType": "T", "resourceId": "a"},
                    {"resourceType": "T", "resourceId": "b", "resourceDeletionTime": 1_790_812_800.0},
                ]),
            ),
        ] {
            let request = json!({"resourceType": "T", "includeDeletedResources": included});
            let (_, _, response) = call(&aws, "ListDiscoveredResources", &request);
            assert_eq!(response["resourceIdentifiers"], expected);
        }
    }

    #[test]
    fn every_instance_is_on_one_page_of_a_listing() {
        for count in [0, 1, 100, 101, 250] {
            let aws = aws();
            let instance = |number: usize| json!({"ReplicationInstanceArn": format!("arn:{number}")});
            aws.account(ACCOUNT, REGION, |account| {
                account.dms.insert("ReplicationInstances".to_owned(), (0..count).map(instance).collect());
            });
            let mut listed = Vec::new();
            let mut marker = String::new();
            for _ in 0..4 {
                let (_, _, response) = call(&aws, "DescribeReplicationInstances", &json!({"Marker": marker}));
                listed.extend(response["ReplicationInstances"].as_array().unwrap().clone());
                marker = response["Marker"].as_str().unwrap().to_owned();
                if marker.is_empty() {
                    break;
                }
            }
            assert_eq!(listed, (0..count).map(instance).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_recorder_and_the_rules_of_an_account_are_described() {
        let aws = aws();
        let name = |number: usize| json!({"ConfigRuleName": format!("rule-{number}")});
        let started = json!("2026-10-01T00:00:00Z");
        aws.account(ACCOUNT, REGION, |account| {
            account.config_rules = (0..60).map(name).collect();
            account.rule_statuses = (0..12).map(name).collect();
            account.rule_statuses[0]["LastFailedInvocationTime"] = started.clone();
            account.recorder_status.insert("lastStatus".to_owned(), Value::Null);
            account.recorder_status.insert("lastStartTime".to_owned(), started);
        });
        let (_, _, recorders) = call(&aws, "DescribeConfigurationRecorders", &json!({}));
        assert_eq!(recorders["ConfigurationRecorders"][0]["recordingGroup"]["allSupported"], true);
        let (_, _, statuses) = call(&aws, "DescribeConfigurationRecorderStatus", &json!({}));
        let expected = json!([{"name": "default", "recording": true, "lastStartTime": 1_790_812_800.0}]);
        assert_eq!(statuses["ConfigurationRecordersStatus"], expected);
        let (_, _, page) = call(&aws, "DescribeConfigRules", &json!({}));
        assert_eq!(page["ConfigRules"].as_array().unwrap().len(), 25);
        let (_, _, page) = call(&aws, "DescribeConfigRules", &json!({"NextToken": "page-from-50"}));
        assert_eq!((page["ConfigRules"].as_array().unwrap().len(), page.get("NextToken")), (10, None));
        let request = json!({"ConfigRuleNames": ["rule-0", "rule-59"]});
        let (_, _, statuses) = call(&aws, "DescribeConfigRuleEvaluationStatus", &request);
        let expected = json!([{"ConfigRuleName": "rule-0", "LastFailedInvocationTime": 1_790_812_800.0}]);
        assert_eq!(statuses["ConfigRulesEvaluationStatus"], expected);
        aws.account(ACCOUNT, REGION, |account| account.recorder = false);
        let (_, _, recorders) = call(&aws, "DescribeConfigurationRecorders", &json!({}));
        assert_eq!(recorders, json!({"ConfigurationRecorders": []}));
    }

    #[test]
    fn the_server_stops_when_it_is_dropped() {
        let aws = aws();
        let address = aws.endpoint().trim_start_matches("http://").to_owned();
        drop(aws);
        assert!(std::net::TcpStream::connect(address).is_err());
    }
}
