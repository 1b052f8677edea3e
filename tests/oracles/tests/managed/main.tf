resource "aws_dms_replication_instance" "orders_migration" {
  allocated_storage           = 100
  engine_version              = "3.6.1"
  publicly_accessible         = true
  replication_instance_class  = "dms.c6i.xlarge"
  replication_instance_id     = "orders-migration"
  replication_subnet_group_id = "dms-subnets"
  vpc_security_group_ids      = ["sg-0123456789abcdef0"]
}

resource "aws_dms_replication_task" "orders_cdc" {
  migration_type           = "full-load-and-cdc"
  replication_instance_arn = aws_dms_replication_instance.orders_migration.replication_instance_arn
  replication_task_id      = "orders-cdc"
  source_endpoint_arn      = "arn:aws:dms:eu-west-1:123456789012:endpoint:SOURCE"
  start_replication_task   = true
  table_mappings           = "{\"rules\": []}"
  target_endpoint_arn      = "arn:aws:dms:eu-west-1:123456789012:endpoint:TARGET"
}

resource "aws_dms_replication_task" "orders_load" {
  migration_type           = "full-load"
  replication_instance_arn = aws_dms_replication_instance.orders_migration.replication_instance_arn
  replication_task_id      = "orders-load"
  source_endpoint_arn      = "arn:aws:dms:eu-west-1:123456789012:endpoint:SOURCE"
  start_replication_task   = true
  table_mappings           = "{\"rules\": []}"
  target_endpoint_arn      = "arn:aws:dms:eu-west-1:123456789012:endpoint:TARGET"
}

resource "aws_dms_replication_task" "billing_cdc" {
  migration_type           = "cdc"
  replication_instance_arn = aws_dms_replication_instance.orders_migration.replication_instance_arn
  replication_task_id      = "billing-cdc"
  source_endpoint_arn      = "arn:aws:dms:eu-west-1:123456789012:endpoint:SOURCE"
  table_mappings           = "{\"rules\": []}"
  target_endpoint_arn      = "arn:aws:dms:eu-west-1:123456789012:endpoint:TARGET"
}
