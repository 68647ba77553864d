import { connect } from 'node:net';

/**
 * Erlang that a broker starts with: once the broker is ready, it evaluates what comes over a socket on loopback, one
 * expression a packet; `PORT` is what it listens on.
 */
const EVALUATOR = `
ok = rabbit:await_startup(),
{ok, Listener} = gen_tcp:listen(PORT, [binary, {packet, 4}, {active, false}, {reuseaddr, true}, {ip, {127, 0, 0, 1}}]),
Evaluate = fun(Text) ->
  {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Text)),
  {ok, Expressions} = erl_parse:parse_exprs(Tokens),
  {value, Value, _} = erl_eval:exprs(Expressions, []),
  case Value of
    _ when is_binary(Value) -> [0, Value];
    _ -> [0, unicode:characters_to_binary(io_lib:format("~tp", [Value]))]
  end
end,
Serve = fun Serve(Socket) ->
  case gen_tcp:recv(Socket, 0) of
    {ok, Text} ->
      Answer = try Evaluate(Text)
        catch Class:Reason -> [1, unicode:characters_to_binary(io_lib:format("~tp: ~tp", [Class, Reason]))]
      end,
      ok = gen_tcp:send(Socket, Answer),
      Serve(Socket);
    {error, closed} -> ok
  end
end,
Own = fun(Socket, Run) ->
  Owner = spawn(fun() -> receive owned -> Run(Socket) end end),
  ok = gen_tcp:controlling_process(Socket, Owner),
  Owner ! owned
end,
Accept = fun Accept(L) ->
  {ok, Socket} = gen_tcp:accept(L),
  Own(Socket, Serve),
  Accept(L)
end,
Own(Listener, Accept).`;

/**
 * What a broker evaluates when it starts, to listen for expressions: each rabbitmqctl starts an Erlang of its own, which
 * takes a second of CPU time.
 *
 * @param port one that is free
 */
export function evaluatorOn(port: number): string {
  return EVALUATOR.replaceAll('PORT', String(port));
}

/** What an expression is in the broker that listens on the port: a binary as its text, anything else as Erlang writes it. */
export function evaluate(port: number, expression: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = Buffer.alloc(0);
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length < 4 || answer.length < 4 + answer.readUInt32BE()) return;
      socket.destroy();
      const text = answer.toString('utf8', 5);
      if (answer[4] === 0) resolve(text);
      else reject(new Error(`The broker can't evaluate ${expression}\n${text}`));
    });
    const bytes = Buffer.from(expression);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    socket.write(Buffer.concat([length, bytes]));
  });
}
