/// A listing of AWS DMS (its service model, `dms/2016-01-01`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing<'a> {
    /// `DescribeReplicationInstances`.
    ReplicationInstances,
    /// `DescribeReplicationTasks`.
    ReplicationTasks,
    /// `DescribeEndpoints`.
    Endpoints,
    /// `DescribeConnections`: the last test of each endpoint from each instance.
    Connections,
    /// `DescribeOrderableReplicationInstances`, which has no filters.
    OrderableReplicationInstances,
    /// `DescribeEngineVersions`, which has no filters.
    EngineVersions,
    /// The quotas in the response of `DescribeAccountAttributes`, which has no filters and one page.
    AccountQuotas,
    /// `DescribePendingMaintenanceActions`.
    PendingMaintenanceActions,
    /// `DescribeEventSubscriptions`.
    EventSubscriptions,
    /// `DescribeReplicationSubnetGroups`.
    ReplicationSubnetGroups,
    /// `DescribeTableStatistics` of the task with this ARN.
    TableStatistics(&'a str),
    /// `ListTagsForResource` of the resource with this ARN; it has no filters and one page.
    Tags(&'a str),
}

impl Listing<'_> {
    /// Returns the name of the operation.
    #[must_use]
    pub fn operation(self) -> &'static str {
        match self {
            Self::ReplicationInstances => "DescribeReplicationInstances",
            Self::ReplicationTasks => "DescribeReplicationTasks",
            Self::Endpoints => "DescribeEndpoints",
            Self::Connections => "DescribeConnections",
            Self::OrderableReplicationInstances => "DescribeOrderableReplicationInstances",
            Self::EngineVersions => "DescribeEngineVersions",
            Self::AccountQuotas => "DescribeAccountAttributes",
            Self::PendingMaintenanceActions => "DescribePendingMaintenanceActions",
            Self::EventSubscriptions => "DescribeEventSubscriptions",
            Self::ReplicationSubnetGroups => "DescribeReplicationSubnetGroups",
            Self::TableStatistics(_) => "DescribeTableStatistics",
            Self::Tags(_) => "ListTagsForResource",
        }
    }

    /// Returns the member of a response that holds the list.
    #[must_use]
    pub fn member(self) -> &'static str {
        match self {
            Self::ReplicationInstances => "ReplicationInstances",
            Self::ReplicationTasks => "ReplicationTasks",
            Self::Endpoints => "Endpoints",
            Self::Connections => "Connections",
            Self::OrderableReplicationInstances => "OrderableReplicationInstances",
            Self::EngineVersions => "EngineVersions",
            Self::AccountQuotas => "AccountQuotas",
            Self::PendingMaintenanceActions => "PendingMaintenanceActions",
            Self::EventSubscriptions => "EventSubscriptionsList",
            Self::ReplicationSubnetGroups => "ReplicationSubnetGroups",
            Self::TableStatistics(_) => "TableStatistics",
            Self::Tags(_) => "TagList",
        }
    }

    /// Returns true if the operation has the parameter `Filters`.
    pub(crate) fn has_filters(self) -> bool {
        !matches!(
            self,
            Self::OrderableReplicationInstances | Self::EngineVersions | Self::AccountQuotas | Self::Tags(_)
        )
    }

    /// Returns the members that together name a record, which therefore is listed once; empty if there are none.
    pub(crate) fn identity(self) -> &'static [&'static str] {
        match self {
            Self::ReplicationInstances => &["ReplicationInstanceArn"],
            Self::ReplicationTasks => &["ReplicationTaskArn"],
            Self::Endpoints => &["EndpointArn"],
            Self::Connections => &["ReplicationInstanceArn", "EndpointArn"],
            Self::ReplicationSubnetGroups => &["ReplicationSubnetGroupIdentifier"],
            Self::Tags(_) => &["Key"],
            _ => &[],
        }
    }

    /// Returns the member that a filter compares; `None` if that is not certain, as for the instance of a task that is
    /// moving.
    pub(crate) fn compared_member(self, filter: &str) -> Option<&'static str> {
        match (self, filter) {
            (Self::ReplicationInstances | Self::Connections, "replication-instance-arn") => {
                Some("ReplicationInstanceArn")
            }
            (Self::ReplicationInstances, "replication-instance-id") => Some("ReplicationInstanceIdentifier"),
            (Self::ReplicationTasks, "replication-task-arn") => Some("ReplicationTaskArn"),
            (Self::Endpoints | Self::Connections, "endpoint-arn") => Some("EndpointArn"),
            (Self::ReplicationSubnetGroups, "replication-subnet-group-id") => {
                Some("ReplicationSubnetGroupIdentifier")
            }
            _ => None,
        }
    }
}
