// The tables. A change is another migration; those that are here stay as they are.

internal import GRDB

enum StateSchema {
    /// What is read before the first answer.
    static let tablesOfTheStart = ["grdb_migrations", "members", "node", "orders"]

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            // Times are milliseconds since 1970, values JSON.
            try database.execute(
                sql: """
                    CREATE TABLE events (
                        sequence INTEGER PRIMARY KEY,
                        time INTEGER NOT NULL,
                        pool TEXT,
                        event TEXT NOT NULL
                    );
                    CREATE INDEX events_by_time ON events (time);
                    CREATE INDEX events_by_pool ON events (pool, sequence);
                    CREATE TABLE members (
                        pool TEXT NOT NULL,
                        target TEXT NOT NULL,
                        address TEXT NOT NULL,
                        state TEXT NOT NULL,
                        value TEXT NOT NULL,
                        PRIMARY KEY (pool, target, address)
                    ) WITHOUT ROWID;
                    CREATE TABLE node (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
                    CREATE TABLE orders (
                        pool TEXT NOT NULL,
                        target TEXT NOT NULL,
                        value TEXT NOT NULL,
                        PRIMARY KEY (pool, target)
                    ) WITHOUT ROWID;
                    """)
        }
        return migrator
    }
}
