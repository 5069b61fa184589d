/** Knows Avro schemas by id. Subjects are named `{topic}-value`. */
export interface SchemaRegistry {
  /** Makes a schema known under a subject and gives its id; the same schema keeps its id. */
  register(subject: string, schema: string): Promise<number>;
  /** The schema text of an id, or nothing when nobody registered it. */
  schemaOf(id: number): Promise<string | undefined>;
}
