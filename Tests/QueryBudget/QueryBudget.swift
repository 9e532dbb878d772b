// The budgets of the query path, for each kind of question, in a release build: no allocation per UDP query, and a
// number of instructions that Tests/Budget/check holds against Tests/Budget/budget.txt.

import Glibc

@main
struct QueryBudget {
    /// - `QueryBudget`: counts allocations over a socket; ends with 1 if there are any.
    /// - `QueryBudget instructions`: answers without a socket, for callgrind to count.
    /// - `QueryBudget workers`: what an answer costs on all cores at once, beside one.
    static func main() throws {
        let world = try BudgetWorld()
        switch CommandLine.arguments.dropFirst().first {
        case "instructions": world.answerForCallgrind()
        case "workers": world.compareWorkers()
        default: exit(try world.countAllocations() ? 0 : 1)
        }
    }
}
