import { join } from 'node:path';
import { analystViews } from './analyst-views.ts';
import { type ServerPasswords, sha256Hex } from './server-passwords.ts';

/** What the embedded server needs to know; sent to its process when it starts. */
export interface ServerConfiguration {
  /** Holds the configuration, the log and, below `data`, the tables. */
  readonly directory: string;
  readonly httpPort: number;
  /** The one folder that `BACKUP` and `RESTORE` may use. */
  readonly backups: string;
  /** Without it there is no listener for the native protocol. */
  readonly tcpPort?: number;
  readonly passwords: ServerPasswords;
  /** Bound of the memory that the engine may use, in bytes. */
  readonly memoryBytes: number;
}

const mebibyte = 1024 * 1024;

/** The folder of the tables inside the server's directory. */
export const dataFolder = (directory: string): string => join(directory, 'data');

/** ClickHouse's lock on the data folder, naming its process. */
export const statusFile = (directory: string): string => join(dataFolder(directory), 'status');

/** `config.xml`: small caches, few threads (sized for two cores), one rotated log of warnings, no system log tables. */
export function serverXml(server: ServerConfiguration): string {
  const { directory, memoryBytes } = server;
  return `<clickhouse>
  <logger><level>warning</level><log>${xml(join(directory, 'server.log'))}</log><size>10M</size><count>3</count></logger>
  <users_config>${xml(join(directory, 'users.xml'))}</users_config>
  <user_directories><users_xml><path>${xml(join(directory, 'users.xml'))}</path></users_xml></user_directories>
  <access_control_improvements>
    <select_from_system_db_requires_grant>true</select_from_system_db_requires_grant>
    <select_from_information_schema_requires_grant>true</select_from_information_schema_requires_grant>
  </access_control_improvements>
  <backups><allowed_path>${xml(server.backups)}</allowed_path></backups>
  <max_server_memory_usage>${memoryBytes}</max_server_memory_usage>
  <mark_cache_size>${128 * mebibyte}</mark_cache_size>
  <primary_index_cache_size>${128 * mebibyte}</primary_index_cache_size>
  <index_mark_cache_size>${32 * mebibyte}</index_mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <compiled_expression_cache_size>${32 * mebibyte}</compiled_expression_cache_size>
  <max_concurrent_queries>100</max_concurrent_queries>
  <keep_alive_timeout>30</keep_alive_timeout>
  <background_pool_size>2</background_pool_size>
  <background_schedule_pool_size>8</background_schedule_pool_size>
  <!-- Of the 2 that the library takes, one consumer of a Kafka table could run at a time; other servers take 16. -->
  <background_message_broker_schedule_pool_size>4</background_message_broker_schedule_pool_size>
  <merge_tree>
    <!-- The defaults of these suit a pool of 16 and would forbid big merges in one of 2. -->
    <number_of_free_entries_in_pool_to_lower_max_size_of_merge>1</number_of_free_entries_in_pool_to_lower_max_size_of_merge>
    <number_of_free_entries_in_pool_to_execute_mutation>1</number_of_free_entries_in_pool_to_execute_mutation>
    <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>1</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>
  </merge_tree>
</clickhouse>
`;
}

/**
 * `users.xml`: `clearquay` owns its database, `analyst` reads views within limits, and `default` exists because the
 * engine starts its listeners as that user without a password. Its one allowed session is the one that started them,
 * so nobody else can log in as `default`.
 */
export function usersXml(server: ServerConfiguration): string {
  const { passwords, memoryBytes } = server;
  const views = analystViews.map((view) => `<query>GRANT SELECT ON clearquay.${view}</query>`).join('');
  return `<clickhouse>
  <profiles>
    <default><http_max_field_value_size>${16 * mebibyte}</http_max_field_value_size></default>
    <launcher><max_sessions_for_user>1</max_sessions_for_user></launcher>
    <analyst>
      <readonly>2</readonly>
      <max_execution_time>60</max_execution_time>
      <max_memory_usage>${Math.floor(memoryBytes / 2)}</max_memory_usage>
      <max_result_rows>1000000</max_result_rows>
      <max_concurrent_queries_for_user>4</max_concurrent_queries_for_user>
      <constraints>
        <max_execution_time><min>1</min><max>60</max></max_execution_time>
        <max_memory_usage><min>1</min><max>${Math.floor(memoryBytes / 2)}</max></max_memory_usage>
        <max_result_rows><min>1</min><max>1000000</max></max_result_rows>
        <max_concurrent_queries_for_user><const/></max_concurrent_queries_for_user>
        <allow_experimental_ai_functions><const/></allow_experimental_ai_functions>
        <allow_introspection_functions><const/></allow_introspection_functions>
      </constraints>
    </analyst>
  </profiles>
  <quotas><default/></quotas>
  <users>
    <default>
      <password></password>${loopback('launcher')}
      <grants><query>GRANT SYSTEM LISTEN ON *.*</query></grants>
    </default>
    <clearquay>
      <password_sha256_hex>${sha256Hex(passwords.clearquay)}</password_sha256_hex>${loopback('default')}
      <grants>
        <query>GRANT ALL ON clearquay.*</query>
        <query>GRANT TABLE ENGINE ON *</query>
        <query>GRANT SELECT ON system.*</query>
      </grants>
    </clearquay>
    <analyst>
      <password_sha256_hex>${sha256Hex(passwords.analyst)}</password_sha256_hex>${loopback('analyst')}
      <default_database>clearquay</default_database>
      <grants>${views}</grants>
    </analyst>
  </users>
</clickhouse>
`;
}

/**
 * The embedded engine takes itself for a command line tool, where the function `file()` reads any file of this
 * machine and asks for no grant. User-defined functions are looked up first, so one of that name closes the hole;
 * this text belongs in `user_defined/function_file.sql` of the data folder.
 */
export const fileFunctionSql = "CREATE FUNCTION file AS path -> throwIf(true, 'the function file() is closed here')\n";

const loopback = (profile: string): string => `
      <networks><ip>127.0.0.1</ip><ip>::1</ip></networks><profile>${profile}</profile><quota>default</quota>`;

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
