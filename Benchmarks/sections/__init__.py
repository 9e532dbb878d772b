"""The parts of a run, in the order in which they are printed; each has `run(bench)`."""
from sections import echo, faults, latency, large, memory, reload, scale, sockets, tcp, udp, verdict, workers

SECTIONS = {
    "udp": udp.run, "latency": latency.run, "tcp": tcp.run, "names": large.run_names, "zones": large.run_zones,
    "memory": memory.run, "reload": reload.run, "verdict": verdict.run, "workers": workers.run,
    "sockets": sockets.run, "faults": faults.run, "scale": scale.run, "echo": echo.run,
}
# Not about servers under load: only on request.
ON_REQUEST = ("sockets", "faults", "scale", "echo")
