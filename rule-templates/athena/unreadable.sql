-- Records that no other query can place: without a readable time, id or type, or with a status that AWS Config does not have.
-- The result must be empty; each row is a record that no other result shows rightly.
SELECT account_id, aws_region, resource_type, resource_id, item_status, capture_time, source
FROM dms_items
WHERE
  captured_at IS NULL
  OR coalesce(resource_id, '') = ''
  OR coalesce(resource_type, '') = ''
  OR resource_type NOT IN (
    'aws::dms::replicationinstance', 'aws::dms::replicationtask', 'aws::dms::endpoint', 'aws::dms::certificate',
    'aws::dms::eventsubscription', 'aws::dms::replicationsubnetgroup',
    -- no query is about these
    'aws::dms::datamigration', 'aws::dms::dataprovider', 'aws::dms::migrationproject', 'aws::dms::replicationconfig'
  )
  OR coalesce(item_status, '') NOT IN (
    'OK', 'ResourceDiscovered', 'ResourceNotRecorded', 'ResourceDeleted', 'ResourceDeletedNotRecorded'
  )
ORDER BY account_id, aws_region, resource_type, resource_id, source
