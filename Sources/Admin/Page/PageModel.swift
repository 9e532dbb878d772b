// What the status page says, as its templates ask for it. Texts are finished here: a template only puts them in their place.

/// How things stand, as a colour says it; never by the colour alone.
enum Level: String, Comparable {
    case ok, out, quiet, warn, bad

    static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .ok: 0
        case .quiet: 1
        case .out: 2
        case .warn: 3
        case .bad: 4
        }
    }
}

/// The whole page.
struct PageModel {
    var title: String
    var version: String
    var uptime: String
    /// Changes with the files that the page loads, so that no old copy is used.
    var assets: String
    var header: HeaderModel
    var pools: [PoolModel]
    var explain: ExplainModel
    var traffic: TrafficModel
    var timeline: TimelineModel
    var zones: ZonesModel
}

struct HeaderModel {
    struct Session {
        var name: String
        var role: String
    }

    var identity: String
    var level: String
    var text: String
    var now: MomentText
    var session: Session?
}

struct PoolModel {
    struct Notice {
        var level: String
        var text: String
    }

    /// A name that is answered by this pool.
    struct Question {
        var name: String
        var kind: String
        var timeToLive: UInt32
    }

    struct Answer {
        var text: String
        var level: String
        var share: String?
    }

    var name: String
    var policy: String
    var level: String
    var inService: Int
    var size: Int
    var notices: [Notice]
    var names: [Question]
    var answers: [Answer]
    var how: String
    var targets: [TargetModel]
}

struct TargetModel {
    struct Order {
        var text: String
    }

    /// When nobody can have an old answer any more.
    struct DrainClock {
        var safe: MomentText
        var text: String
    }

    struct Actions {
        var list: [Action]
    }

    struct Action {
        var verb: String
        var label: String
        var title: String
        var text: String
        /// Asked for with the order.
        var newWeight: String?
    }

    var pool: String
    var target: String
    var name: String
    var addresses: [String]
    var level: String
    /// The class of the shape beside `word`.
    var mark: String
    var word: String
    var since: MomentText
    var weight: String?
    var order: Order?
    var clock: DrainClock?
    var checks: [CheckModel]
    var history: HistoryModel?
    var actions: Actions?
}

struct CheckModel {
    struct Step {
        var layer: String
        var level: String
        var title: String
    }

    var name: String
    /// All layers in one sentence, for who does not see them.
    var summary: String
    var layers: [Step]
    var spark: SparkModel?
    var latency: String
    var error: String?
}

/// A line in a box of 100 by `height`, and the times at which there is nothing to draw.
struct SparkModel {
    struct Failure {
        var x: String
        var width: String
    }

    var label: String
    var points: String
    var failures: [Failure]
}

/// The last 24 hours, a unit for each quarter of an hour.
struct HistoryModel {
    struct Span {
        var level: String
        var x: String
        var width: String
        var title: String
    }

    var label: String
    var text: String
    var spans: [Span]
}

struct TrafficModel {
    struct Code {
        var code: String
        var x: String
        var width: String
        var count: String
        var share: String
    }

    struct Fact {
        var name: String
        var value: String
    }

    var rate: String
    var label: String
    var points: String
    var codes: [Code]
    var facts: [Fact]
}

struct TimelineModel {
    struct Event {
        struct Answers {
            var before: String
            var after: String
        }

        var level: String
        var time: MomentText
        var subject: String
        var change: String
        var reason: String?
        var answers: Answers?
    }

    var events: [Event]
}

struct ZonesModel {
    struct Zone {
        var name: String
        var serial: String
        var records: String
        var loaded: MomentText
        var problem: String?
        var warnings: String?
    }

    var list: [Zone]
    var more: String?
}

struct ExplainModel {
    var name: String
    var type: String
    var client: String
    var at: String
    var example: String
    var text: String?
}
